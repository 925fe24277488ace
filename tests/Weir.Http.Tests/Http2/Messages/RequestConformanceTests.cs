using Weir.Http.Http2.Messages;

namespace Weir.Http.Tests.Http2.Messages;

/// <summary>Every MUST of RFC 9113 §8 about requests.</summary>
public sealed class RequestConformanceTests
{
    private const string Get = ":method=GET|:scheme=https|:path=/|:authority=a|";

    [Theory]
    [InlineData("§8.3.1 whole", Get + "x=y", MessageFault.None)]
    [InlineData("§8.3.1 any order", ":path=/|:authority=a|:scheme=http|:method=GET", MessageFault.None)]
    [InlineData("§8.3.1 no :authority", ":method=GET|:scheme=https|:path=/|host=a", MessageFault.None)]
    [InlineData("§8.3.1 no :method", ":scheme=https|:path=/|:authority=a", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3.1 no :scheme", ":method=GET|:path=/|:authority=a", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3.1 no :path", ":method=GET|:scheme=https|:authority=a", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3.1 nothing", "", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3 repeated :method", Get + ":method=GET|", MessageFault.RepeatedPseudoHeader)]
    [InlineData("§8.3 repeated :path", Get + ":path=/b|", MessageFault.RepeatedPseudoHeader)]
    [InlineData("§8.3 repeated :scheme", Get + ":scheme=http|", MessageFault.RepeatedPseudoHeader)]
    [InlineData("§8.3 repeated :authority", Get + ":authority=b|", MessageFault.RepeatedPseudoHeader)]
    [InlineData("§8.3 undefined", Get + ":x=y|", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 an extension that was not negotiated", Get + ":protocol=websocket", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 of a response", Get + ":status=200|", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 nothing but a colon", Get + ":=y|", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 capitals", Get + ":Method=GET|", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 after a field", ":method=GET|:scheme=https|:path=/|x=y|:authority=a", MessageFault.PseudoHeaderAfterField)]
    [InlineData("§8.3 undefined after a field", Get + "x=y|:x=y", MessageFault.PseudoHeaderAfterField)]
    [InlineData("§8.3.1 empty :path", ":method=GET|:scheme=https|:path=|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.3.1 :path without a slash", ":method=GET|:scheme=https|:path=a|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.3.1 :path with a host", ":method=GET|:scheme=https|:path=http://b/|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.3.1 * with GET", ":method=GET|:scheme=https|:path=*|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.3.1 * with OPTIONS", ":method=OPTIONS|:scheme=https|:path=*|:authority=a", MessageFault.None)]
    [InlineData("§8.2.1 :path that would be a request line", ":method=GET|:scheme=https|:path=/ HTTP/1.1|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.2.1 :path with a line end", ":method=GET|:scheme=https|:path=/\r\nx: y|:authority=a", MessageFault.InvalidPath)]
    [InlineData("§8.3.1 method that is no token", ":method=G T|:scheme=https|:path=/|:authority=a", MessageFault.InvalidMethod)]
    [InlineData("§8.3.1 empty :method", ":method=|:scheme=https|:path=/|:authority=a", MessageFault.InvalidMethod)]
    [InlineData("§8.2.1 method with a line end", ":method=GET\r\n|:scheme=https|:path=/|:authority=a", MessageFault.InvalidMethod)]
    [InlineData("§8.3.1 a scheme that is none", ":method=GET|:scheme=ht tp|:path=/|:authority=a", MessageFault.InvalidScheme)]
    [InlineData("§8.3.1 an empty scheme", ":method=GET|:scheme=|:path=/|:authority=a", MessageFault.InvalidScheme)]
    [InlineData("§8.3.1 another scheme", ":method=GET|:scheme=coap+x|:path=/|:authority=a", MessageFault.None)]
    [InlineData("§8.3.1 userinfo", ":method=GET|:scheme=https|:path=/|:authority=u@a", MessageFault.InvalidAuthority)]
    [InlineData("§8.3.1 an empty authority", ":method=GET|:scheme=https|:path=/|:authority=", MessageFault.InvalidAuthority)]
    [InlineData("§8.2.1 authority with a line end", ":method=GET|:scheme=https|:path=/|:authority=a\r\nx: y", MessageFault.InvalidAuthority)]
    [InlineData("§8.3.1 Host of another name", Get + "host=b", MessageFault.HostDiffers)]
    [InlineData("§8.3.1 a second Host of another name", Get + "host=a|host=b", MessageFault.HostDiffers)]
    [InlineData("§8.3.1 two Hosts, no :authority", ":method=GET|:scheme=https|:path=/|host=a|host=b", MessageFault.HostDiffers)]
    [InlineData("§8.3.1 the same Host twice", ":method=GET|:scheme=https|:path=/|host=a|host=a:443", MessageFault.None)]
    [InlineData("§8.3.1 Host with the scheme's port", Get + "host=A:443", MessageFault.None)]
    [InlineData("§8.3.1 Host with another port", Get + "host=a:80", MessageFault.HostDiffers)]
    [InlineData("§8.2.1 capitals in a name", Get + "X=y", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 capitals in a known name", Get + "Cookie=y", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 a colon in a name", Get + "x:y=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 a blank in a name", Get + "x y=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 a line end in a name", Get + "x\r\ny=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 0x7f in a name", Get + "x\u007f=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 0xff in a name", Get + "x\u00ff=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 no name", Get + "=z", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 NUL in a value", Get + "x=y\0", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.1 LF in a value", Get + "x=y\nz", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.1 CR in a value", Get + "x=y\rz", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.1 a blank before a value", Get + "x= y", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.1 a tab after a value", Get + "x=y\t", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.1 blanks and 0xff in a value", Get + "x=y \t\u00ffz", MessageFault.None)]
    [InlineData("§8.2.1 no value", Get + "x=", MessageFault.None)]
    [InlineData("§8.2.2 connection", Get + "connection=close", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 proxy-connection", Get + "proxy-connection=close", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 keep-alive", Get + "keep-alive=timeout=5", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 transfer-encoding", Get + "transfer-encoding=chunked", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 upgrade", Get + "upgrade=websocket", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 te: trailers", Get + "te=trailers", MessageFault.None)]
    [InlineData("§8.2.2 te: gzip", Get + "te=gzip", MessageFault.InvalidTe)]
    [InlineData("§8.2.2 te: trailers, gzip", Get + "te=trailers, gzip", MessageFault.InvalidTe)]
    [InlineData("§8.1.1 content-length that is none", Get + "content-length=x", MessageFault.InvalidContentLength)]
    [InlineData("§8.1.1 empty content-length", Get + "content-length=", MessageFault.InvalidContentLength)]
    [InlineData("§8.1.1 content-lengths that differ", Get + "content-length=0|content-length=1", MessageFault.InvalidContentLength)]
    [InlineData("§8.1.1 content-length without DATA", Get + "content-length=1", MessageFault.ContentLengthDiffers)]
    [InlineData("§8.1.1 content-length 0 without DATA", Get + "content-length=0", MessageFault.None)]
    [InlineData("§8.5 CONNECT", ":method=CONNECT|:authority=a:1", MessageFault.None)]
    [InlineData("§8.5 CONNECT without :authority", ":method=CONNECT", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.5 CONNECT with :scheme", ":method=CONNECT|:scheme=https|:authority=a:1", MessageFault.PseudoHeaderWithConnect)]
    [InlineData("§8.5 CONNECT with :path", ":method=CONNECT|:path=/|:authority=a:1", MessageFault.PseudoHeaderWithConnect)]
    public void Request_WithTheseFields_FollowsTheRules(string row, string lines, MessageFault fault)
    {
        MessageFault found = RequestReader.Read(Sections.Of(lines), new RequestHead(), isEndStream: true, 0);

        Assert.True(fault == found, $"{row}: {found}");
    }

    [Fact]
    public void Head_OfARequest_IsTheOneOfHttp11()
    {
        RequestHead head = Read(
            ":method=POST|:scheme=https|:path=/p/q?r=s|:authority=Example.com:8443|te=trailers|x-a=b|x_y=z|"
            + "expect=100-continue|host=example.com:8443|user-agent=u", isEndStream: false);

        Assert.Equal((ProtocolVersion.Http2, 0, 123), (head.Version, head.MinorVersion, head.HeadBytes));
        Assert.Equal(RequestMethod.Post, head.KnownMethod);
        Assert.Equal(TargetForm.Origin, head.TargetForm);
        Assert.Equal("POST", Wire.Text(head.Method));
        Assert.Equal("/p/q?r=s", Wire.Text(head.Target));
        Assert.Equal("/p/q", Wire.Text(head.Path));
        Assert.Equal("r=s", Wire.Text(head.Query));
        Assert.Equal("https", Wire.Text(head.Scheme));
        Assert.Equal("Example.com:8443", Wire.Text(head.Authority));
        Assert.Equal("Example.com:8443", Wire.Text(head.Host));
        Assert.Equal(BodyFraming.Chunked, head.Framing);
        Assert.Equal((true, false, UpgradeKind.None), (head.KeepAlive, head.ExpectContinue, head.Upgrade));
        Assert.Equal((Classification.Compliant, RequestRefusal.None), (head.Classification, head.Refusal));
        Assert.Equal("host: Example.com:8443|x-a: b|x_y: z|user-agent: u", Forwarded(head));
        Assert.True((head.Fields[head.Fields.IndexOf("x_y"u8)].Flags & FieldFlags.InvalidName) != 0);
    }

    // §8.2.3: before they go into a context that is not HTTP/2, they are one.
    [Theory]
    [InlineData("cookie=a", "cookie: a")]
    [InlineData("cookie=a|cookie=b", "cookie: a; b")]
    [InlineData("x=1|cookie=a=1|y=2|cookie=b=2|cookie=c=3; d=4|z=3", "x: 1|cookie: a=1; b=2; c=3; d=4|y: 2|z: 3")]
    public void Cookies_OfARequest_AreJoined(string lines, string forwarded) =>
        Assert.Equal("host: a|" + forwarded, Forwarded(Read(Get + lines, isEndStream: true)));

    [Theory]
    [InlineData(":authority=a|", "host=a|host=a:443")]
    [InlineData("", "host=a|x=y|host=A")]
    public void Hosts_ThatSayTheSame_GoOnAsOne(string authority, string lines)
    {
        RequestHead head = Read(":method=GET|:scheme=https|:path=/|" + authority + lines, isEndStream: true);

        Assert.Equal("a", Wire.Text(head.Host));
        Assert.Equal(1, Forwarded(head).Split("host: ").Length - 1);
    }

    [Fact]
    public void Cookies_ThatFillTheSection_AreJoinedStill()
    {
        string crumbs = string.Concat(Enumerable.Range(0, 400).Select(number => $"cookie=c{number}={new string('v', number % 90)}|"));

        RequestHead head = Read(Get + crumbs, isEndStream: true);

        string expected = string.Join("; ", Enumerable.Range(0, 400).Select(number => $"c{number}={new string('v', number % 90)}"));
        Assert.Equal("host: a|cookie: " + expected, Forwarded(head));
    }

    [Theory]
    [InlineData("content-length=5", false, BodyKind.Length, 5)]
    [InlineData("content-length=5|content-length=5", false, BodyKind.Length, 5)]
    [InlineData("content-length=0", true, BodyKind.Length, 0)]
    [InlineData("", false, BodyKind.Chunked, 0)]
    [InlineData("", true, BodyKind.None, 0)]
    public void Framing_OfARequest_FollowsFromLengthAndEnd(string lines, bool isEndStream, BodyKind kind, long lengthBytes)
    {
        RequestHead head = Read(Get + lines, isEndStream);

        Assert.Equal(new BodyFraming(kind, lengthBytes), head.Framing);
        Assert.Equal(lines.Length == 0 ? 0 : 1, Forwarded(head).Split("content-length").Length - 1);
    }

    [Fact]
    public void Head_OfAMalformedRequest_HoldsWhatCameForTheLog()
    {
        RequestHead head = new();

        Assert.Equal(
            MessageFault.InvalidFieldName,
            RequestReader.Read(Sections.Of(Get + "user-agent=u|X=y"), head, isEndStream: true, 0));

        Assert.Equal("/", Wire.Text(head.Path));
        Assert.Equal("host: a|user-agent: u", Forwarded(head));
    }

    private static RequestHead Read(string lines, bool isEndStream)
    {
        RequestHead head = new();
        Assert.Equal(MessageFault.None, RequestReader.Read(Sections.Of(lines), head, isEndStream, 123));
        return head;
    }

    private static string Forwarded(RequestHead head) => string.Join('|', Enumerable.Range(0, head.Fields.Count)
        .Where(head.IsForwarded)
        .Select(index => $"{Wire.Text(head.Fields.Name(index))}: {Wire.Text(head.Fields.Value(index))}"));
}
