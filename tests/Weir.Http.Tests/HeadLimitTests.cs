namespace Weir.Http.Tests;

/// <summary>
/// Each limit one below, at, and one above; and refused as soon as it is over, with no line end in sight.
/// </summary>
public sealed class HeadLimitTests
{
    private const string Start = "GET / HTTP/1.1\r\n";
    private const string Host = "Host: a\r\n";

    [Theory]
    [InlineData(-1, ParseStatus.Complete)]
    [InlineData(0, ParseStatus.Complete)]
    [InlineData(1, ParseStatus.Refused)]
    public void RequestLine_AroundItsLimit_IsRefusedAbove(int over, ParseStatus expected)
    {
        // The CR counts, the LF does not.
        string line = "GET /" + new string('a', HttpLimits.RequestLineBytes - 15 + over) + " HTTP/1.1\r";
        Assert.Equal(HttpLimits.RequestLineBytes + over, line.Length);

        RequestHead head = Wire.Request(line + "\n" + Host + "\r\n", out ParseStatus status);

        Assert.Equal(expected, status);
        Assert.Equal(over > 0 ? RequestRefusal.RequestLineTooLong : RequestRefusal.None, head.Refusal);
    }

    [Theory]
    [InlineData(16_382, ParseStatus.Complete)]
    [InlineData(16_383, ParseStatus.Complete)]
    [InlineData(16_384, ParseStatus.Refused)]
    public void HeaderLine_AroundItsLimit_IsRefusedAbove(int contentBytes, ParseStatus expected)
    {
        // Source: ALB, observed: a line of 16 384 bytes is refused.
        string line = "X: " + new string('a', contentBytes - 3);

        RequestHead head = Wire.Request(Start + Host + line + "\r\n\r\n", out ParseStatus status);

        Assert.Equal(expected, status);
        Assert.Equal(
            expected == ParseStatus.Refused ? RequestRefusal.HeaderLineTooLong : RequestRefusal.None, head.Refusal);
    }

    [Theory]
    [InlineData(-1, ParseStatus.Complete)]
    [InlineData(0, ParseStatus.Complete)]
    [InlineData(1, ParseStatus.Refused)]
    public void RequestHeaders_AroundTheirLimit_AreRefusedAbove(int over, ParseStatus expected)
    {
        string headers = Host + Lines(HttpLimits.RequestHeadersBytes - Host.Length - 2 + over) + "\r\n";
        Assert.Equal(HttpLimits.RequestHeadersBytes + over, headers.Length);

        RequestHead head = Wire.Request(Start + headers, out ParseStatus status);

        Assert.Equal(expected, status);
        Assert.Equal(over > 0 ? RequestRefusal.HeadersTooLarge : RequestRefusal.None, head.Refusal);
    }

    [Theory]
    [InlineData(-1, ParseStatus.Complete)]
    [InlineData(0, ParseStatus.Complete)]
    [InlineData(1, ParseStatus.Refused)]
    public void HeaderCount_AroundItsLimit_IsRefusedAbove(int over, ParseStatus expected)
    {
        string lines = string.Concat(Enumerable.Repeat("X: y\r\n", HttpLimits.HeaderCount - 1 + over));

        RequestHead head = Wire.Request(Start + Host + lines + "\r\n", out ParseStatus status);
        ResponseHead response = Wire.Response("HTTP/1.1 200 OK\r\n" + Host + lines + "\r\n", out ParseStatus responseStatus);

        Assert.Equal(expected, status);
        Assert.Equal(over > 0 ? RequestRefusal.TooManyHeaders : RequestRefusal.None, head.Refusal);
        Assert.Equal(expected, responseStatus);
        Assert.Equal(over > 0 ? ResponseRefusal.TooManyHeaders : ResponseRefusal.None, response.Refusal);
    }

    [Theory]
    [InlineData(-1, ParseStatus.Complete)]
    [InlineData(0, ParseStatus.Complete)]
    [InlineData(1, ParseStatus.Refused)]
    public void ConnectionOptions_AroundTheirLimit_AreRefusedAbove(int over, ParseStatus expected)
    {
        string options = string.Join(',', Enumerable.Repeat("x", HttpLimits.ConnectionOptions + over));

        RequestHead head = Wire.Request(Start + Host + $"Connection: {options}\r\n\r\n", out ParseStatus status);
        Wire.Response($"HTTP/1.1 200 OK\r\nConnection: {options}\r\n\r\n", out ParseStatus responseStatus);

        Assert.Equal(expected, status);
        Assert.Equal(over > 0 ? RequestRefusal.TooManyConnectionOptions : RequestRefusal.None, head.Refusal);
        Assert.Equal(expected, responseStatus);
    }

    [Theory]
    [InlineData(-1, ParseStatus.Complete)]
    [InlineData(0, ParseStatus.Complete)]
    [InlineData(1, ParseStatus.Refused)]
    public void ResponseHeaders_AroundTheirLimit_AreRefusedAbove(int over, ParseStatus expected)
    {
        string headers = Lines(HttpLimits.ResponseHeadersBytes - 2 + over) + "\r\n";

        ResponseHead head = Wire.Response("HTTP/1.1 200 OK\r\n" + headers, out ParseStatus status);

        Assert.Equal(expected, status);
        Assert.Equal(over > 0 ? ResponseRefusal.HeadersTooLarge : ResponseRefusal.None, head.Refusal);
    }

    [Theory]
    [InlineData("GET /", HttpLimits.RequestLineBytes, RequestRefusal.RequestLineTooLong)]
    [InlineData("GET / HTTP/1.1\r\nX: ", 16 + HttpLimits.HeaderLineBytes, RequestRefusal.HeaderLineTooLong)]
    public void EndlessLine_OneByteOverTheLimit_IsRefusedAtOnce(string begin, int limit, RequestRefusal refusal)
    {
        byte[] bytes = Wire.Bytes(begin + new string('a', limit + 1 - begin.Length));
        RequestHead head = new();
        HeadScanner scanner = default;

        Assert.Equal(ParseStatus.NeedMore, RequestParser.Parse(head, bytes, 0, limit, ref scanner, out _));
        Assert.Equal(ParseStatus.Refused, RequestParser.Parse(head, bytes, 0, limit + 1, ref scanner, out _));
        Assert.Equal(refusal, head.Refusal);
    }

    // Header lines of together exactly this many bytes.
    private static string Lines(int bytes)
    {
        const int LineBytes = 1000;
        string line = "X: " + new string('a', LineBytes - 5) + "\r\n";
        int whole = (bytes / LineBytes) - 1;
        int last = bytes - (whole * LineBytes);
        return string.Concat(Enumerable.Repeat(line, whole)) + "Y: " + new string('b', last - 5) + "\r\n";
    }
}
