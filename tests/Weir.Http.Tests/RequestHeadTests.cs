namespace Weir.Http.Tests;

public sealed class RequestHeadTests
{
    [Theory]
    [InlineData("GET /p/q?a=b?c HTTP/1.1", TargetForm.Origin, "", "", "/p/q", "a=b?c")]
    [InlineData("GET / HTTP/1.1", TargetForm.Origin, "", "", "/", "")]
    [InlineData("GET /p? HTTP/1.1", TargetForm.Origin, "", "", "/p", "")]
    [InlineData("GET http://h:80/p?q HTTP/1.1", TargetForm.Absolute, "http", "h:80", "/p", "q")]
    [InlineData("GET HTTPS://h HTTP/1.1", TargetForm.Absolute, "HTTPS", "h", "", "")]
    [InlineData("GET http://h?q HTTP/1.1", TargetForm.Absolute, "http", "h", "", "q")]
    [InlineData("GET http://[::1]:8/p HTTP/1.1", TargetForm.Absolute, "http", "[::1]:8", "/p", "")]
    [InlineData("OPTIONS * HTTP/1.1", TargetForm.Asterisk, "", "", "*", "")]
    [InlineData("CONNECT h:443 HTTP/1.1", TargetForm.Authority, "", "h:443", "", "")]
    public void Target_OfEachForm_IsTakenApart(
        string line, TargetForm form, string scheme, string authority, string path, string query)
    {
        RequestHead head = Wire.Request(line + "\r\nHost: a\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(form, head.TargetForm);
        Assert.Equal(scheme, Wire.Text(head.Scheme));
        Assert.Equal(authority, Wire.Text(head.Authority));
        Assert.Equal(path, Wire.Text(head.Path));
        Assert.Equal(query, Wire.Text(head.Query));
        Assert.Equal(line, Wire.Text(head.RequestLine));
    }

    [Fact]
    public void Fields_AsSent_AreKeptInOrderWithoutTheBlanksAround()
    {
        RequestHead head = Wire.Request(
            "GET / HTTP/1.1\r\nHOST: \t a \t\r\nx-Y:b:c\r\nEmpty:\r\nhost: second\r\n\r\nbody",
            out ParseStatus status,
            out int consumed);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(62, consumed);
        Assert.Equal(consumed, head.HeadBytes);
        Assert.Equal(4, head.Fields.Count);
        Assert.Equal("HOST", Wire.Text(head.Fields.Name(0)));
        Assert.Equal("a", Wire.Text(head.Fields.Value(0)));
        Assert.Equal("x-Y", Wire.Text(head.Fields.Name(1)));
        Assert.Equal("b:c", Wire.Text(head.Fields.Value(1)));
        Assert.Equal("", Wire.Text(head.Fields.Value(2)));
        Assert.Equal(0, head.HostIndex);
        Assert.Equal("a", Wire.Text(head.Host));
        Assert.Equal(3, head.Fields.IndexOf(KnownHeader.Host, 1));
        Assert.Equal(1, head.Fields.IndexOf("X-y"u8));
        Assert.Equal(-1, head.Fields.IndexOf(KnownHeader.Cookie));
    }

    [Fact]
    public void Rebase_AfterTheBufferMoved_KeepsEverything()
    {
        RequestHead head = Wire.Request("GET /p HTTP/1.1\r\nHost: a\r\n\r\n", out _);
        byte[] moved = [.. "junk"u8, .. "GET /p HTTP/1.1\r\nHost: a\r\n\r\n"u8];

        head.Rebase(moved, 4);

        Assert.Equal("/p", Wire.Text(head.Path));
        Assert.Equal("a", Wire.Text(head.Host));
        moved[8] = (byte)'!';
        Assert.Equal("!p", Wire.Text(head.Target));
    }

    [Fact]
    public void FoldedLine_OfARequest_GoesOnAsAFieldOfItsOwn()
    {
        RequestHead head = Wire.Request("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n  rest of it\r\n\r\n", out _);

        Assert.Equal("b", Wire.Text(head.Fields.Value(1)));
        Assert.Equal("rest of it", Wire.Text(head.Fields.Name(2)));
        Assert.Equal("", Wire.Text(head.Fields.Value(2)));
        Assert.Equal(FieldFlags.Folded | FieldFlags.InvalidName, head.Fields[2].Flags);
        Assert.True(head.IsForwarded(2));
    }

    [Theory]
    [InlineData("X: a\u0001", false, false)]
    [InlineData("X: a\tb", true, false)]
    [InlineData(": a", false, true)]
    [InlineData("nothing", false, false)]
    [InlineData("X\u0001: a", false, true)]
    [InlineData("X(: a", true, true)]
    [InlineData("X_Y: a", true, true)]
    [InlineData("X.Y: a", true, true)]
    [InlineData("X : a", true, true)]
    [InlineData("x-Y9: a", true, false)]
    [InlineData("User-Agent: a", true, false)]
    public void Field_OfThisForm_IsFlaggedForTheForwarder(string line, bool forwarded, bool invalidName)
    {
        RequestHead head = Wire.Request($"GET / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(forwarded, head.IsForwarded(1));
        Assert.Equal(invalidName, (head.Fields[1].Flags & FieldFlags.InvalidName) != 0);
    }

    [Fact]
    public void Connection_NamingFields_MakesThemHopByHop()
    {
        RequestHead head = Wire.Request(
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nConnection: x-a, , host,content-length\r\nconnection:X-Forwarded-For\r\n"
            + "X-Forwarded-For: 1.2.3.4\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTrailer: y\r\nX-A: 2\r\n\r\n",
            out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        string[] hopByHop =
        [
            .. Enumerable.Range(0, head.Fields.Count).Where(head.IsHopByHop).Select(i => Wire.Text(head.Fields.Name(i))),
        ];
        Assert.Equal(["X-A", "Connection", "connection", "TE", "Keep-Alive", "Proxy-Connection", "X-A"], hopByHop);
    }

    [Theory]
    [InlineData("HTTP/1.1", "X: y", true)]
    [InlineData("HTTP/1.1", "Connection: CLOSE", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive, close", false)]
    [InlineData("HTTP/1.0", "X: y", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive", true)]
    [InlineData("HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked", false)]
    [InlineData("HTTP/1.1", "Content-Length: 1\r\nTransfer-Encoding: chunked", false)]
    [InlineData("HTTP/1.9", "X: y", true)]
    public void KeepAlive_ByVersionAndConnection_IsWhatTheClientAsks(string version, string field, bool expected)
    {
        // Source: RFC 9112 §9.3, §6.1.
        RequestHead head = Wire.Request($"POST / {version}\r\nHost: a\r\n{field}\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(expected, head.KeepAlive);
    }

    [Theory]
    [InlineData("HTTP/1.1", "100-Continue", true)]
    [InlineData("HTTP/1.1", "something", false)]
    [InlineData("HTTP/1.0", "100-continue", false)]
    public void ExpectContinue_ByVersion_IsSeen(string version, string value, bool expected)
    {
        // Source: RFC 9110 §10.1.1.
        RequestHead head = Wire.Request($"POST / {version}\r\nHost: a\r\nExpect: {value}\r\n\r\n", out _);

        Assert.Equal(expected, head.ExpectContinue);
    }

    [Theory]
    [InlineData("GET", "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade", UpgradeKind.WebSocket)]
    [InlineData("GET", "Upgrade: h2c, websocket\r\nConnection: Upgrade", UpgradeKind.WebSocket)]
    [InlineData("GET", "Upgrade: h2c\r\nConnection: Upgrade", UpgradeKind.Other)]
    [InlineData("POST", "Upgrade: websocket\r\nConnection: Upgrade", UpgradeKind.Other)]
    [InlineData("GET", "Upgrade: websocket", UpgradeKind.None)]
    [InlineData("GET", "Connection: Upgrade", UpgradeKind.None)]
    public void Upgrade_WithConnection_IsSeen(string method, string fields, UpgradeKind expected)
    {
        // Source: RFC 9110 §7.8, RFC 6455 §4.1.
        RequestHead head = Wire.Request($"{method} / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n", out _);

        Assert.Equal(expected, head.Upgrade);
    }

    [Fact]
    public void Head_UsedAgain_RemembersNothing()
    {
        byte[] first = Wire.Bytes(
            "POST http://b/p?q HTTP/1.0\r\nHost: a\r\nX: \u0001\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
        byte[] second = Wire.Bytes("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
        RequestHead head = new();
        HeadScanner scanner = default;
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(head, first, 0, first.Length, ref scanner, out _));
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(head, second, 0, second.Length, ref scanner, out _));

        RequestHead fresh = Wire.Request("GET / HTTP/1.1\r\nHost: b\r\n\r\n", out _);
        Assert.Equal(Fuzz.Oracles.HeadText.Of(fresh), Fuzz.Oracles.HeadText.Of(head));
    }
}
