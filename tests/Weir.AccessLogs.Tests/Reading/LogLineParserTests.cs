using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.AccessLogs.Tests.Reading;

/// <summary>What is read of lines as they are found in buckets, old and new, odd and damaged.</summary>
public class LogLineParserTests
{
    private const string Arn =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";

    private const string Outcome =
        "https 2026-09-23T07:17:32.454551Z app/name/id 192.168.131.39:2817 10.0.0.1:80 0.001 4.205 -1 502 - 94 326";

    private const string Connection = " ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 " + Arn;

    private const string Rest =
        " \"Root=1-58337262-36d228ad5d99923122bbe354\" \"example.com\" \"session-reused\" 12 2026-09-23T07:17:28.248000Z"
        + " \"waf,forward\" \"-\" \"-\" \"10.0.0.1:80\" \"-\" \"Ambiguous\" \"UndefinedContentLengthSemantics\""
        + " TID_0123456789abcdef0123456789abcdef \"-\" \"-\" \"-\" 100.51.96.60 \"-\" \"-\"";

    private readonly LogLineParser _parser = new();

    [Fact]
    public void Parse_NewestLayout_ReadsEveryNumber()
    {
        var request = Read(Line());

        Assert.Equal(1_790_147_852_454_551, request.CompletedMicroseconds);
        Assert.Equal(1_790_147_848_248_000, request.CreatedMicroseconds);
        Assert.True(request.IsCreationLogged);
        Assert.Equal((1, 4205, -1), (request.RequestMilliseconds, request.TargetMilliseconds, request.ResponseMilliseconds));
        Assert.Equal((502, 0), (request.ElbStatus, request.TargetStatus));
        Assert.Equal((94L, 326L), (request.ReceivedBytes, request.SentBytes));
        Assert.Equal("10.0.0.1:80", Text(request.Target));
        Assert.Equal(Arn, Text(request.TargetGroup));
        Assert.Equal("100.51.96.60", Text(request.NodeAddress));
        Assert.Equal("Root=1-58337262-36d228ad5d99923122bbe354", Text(request.Fields.Value(18)));
        Assert.Equal("UndefinedContentLengthSemantics", Text(request.Fields.Value(29)));
        Assert.Equal(36, request.Fields.Count);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(25)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(36)]
    [InlineData(39)]
    [InlineData(80)]
    public void Parse_LayoutOfSoManyFields_IsRead(int fields)
    {
        var request = Read(WithFields(fields));

        Assert.Equal(502, request.ElbStatus);
        Assert.Equal(fields >= 22, request.IsCreationLogged);
        Assert.Equal(fields >= 22 ? 1_790_147_848_248_000 : 1_790_147_852_454_551 - 4_206_000, request.CreatedMicroseconds);
        Assert.Equal(fields >= 34 ? "100.51.96.60" : "", Text(request.NodeAddress));
        Assert.Equal(Math.Min(fields, LogReadingLimits.Fields), request.Fields.Count);
        Assert.Equal(Arn, Text(request.TargetGroup));
    }

    [Fact]
    public void Parse_FewerFieldsThanTheOldestLayout_IsUnreadable() => Assert.Equal(LogLineKind.Unreadable, Kind(WithFields(16)));

    [Theory]
    [InlineData("GET http://h:80/a HTTP/1.1", "GET", "http://h:80/a")]
    [InlineData("GET /a b HTTP/1.1", "GET", "/a b")]
    [InlineData("GET http://h:80/a%20b?c d HTTP/2.0", "GET", "http://h:80/a%20b?c d")]
    [InlineData("GET http://h:80/HTTP/1.1", "GET", "http://h:80/HTTP/1.1")]
    [InlineData("GET http://h:80/ -", "GET", "http://h:80/")]
    [InlineData("GET", "GET", "-")]
    [InlineData("-", "-", "-")]
    [InlineData("- - -", "-", "-")]
    [InlineData("- - - ", "-", "-")]
    [InlineData("- http://host:80- -", "-", "-")]
    [InlineData("", "-", "-")]
    public void Parse_RequestField_GivesMethodAndUrl(string field, string method, string url)
    {
        var request = Read(Line(request: field)).Request;

        Assert.Equal(method, Text(request.Method));
        Assert.Equal(url, Text(request.Url));
    }

    [Fact]
    public void RequestKey_OtherQueryOrVersion_IsTheSame()
    {
        ulong key = Key("GET http://h:80/a?b=1 HTTP/1.1");

        Assert.Equal(key, Key("GET http://h:80/a?c=2 HTTP/2.0"));
        Assert.Equal(key, Key("GET http://h:80/a HTTP/1.1"));
        Assert.NotEqual(key, Key("GET http://h:80/b HTTP/1.1"));
        Assert.NotEqual(key, Key("PUT http://h:80/a HTTP/1.1"));
        Assert.Equal(Key("- - -"), Key("- http://host:80- -"));
    }

    [Theory]
    [InlineData("192.168.131.39:2817", "192.168.131.39")]
    [InlineData("2001:db8::17:25824", "2001:db8::17")]
    [InlineData("[2001:db8::17]:25824", "[2001:db8::17]")]
    public void Parse_ClientOfEitherFamily_LosesItsPort(string client, string address) =>
        Assert.Equal(address, Text(Read(Line().Replace("192.168.131.39:2817", client, StringComparison.Ordinal)).ClientAddress));

    [Theory]
    [InlineData("""a \"b c\" d""")]
    [InlineData("""a \" b""")]
    [InlineData("\\\"")]
    [InlineData("""ends with two \\""")]
    [InlineData("""ends with one \""")]
    [InlineData("""a "bare" b""")]
    [InlineData("""a "bare b""")]
    [InlineData("""a \x22b c\x22 d""")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("nul \0 and \u00e9 and \u202e")]
    public void Parse_OddUserAgent_IsWholeAndMovesNothing(string userAgent)
    {
        var request = Read(Line(userAgent: userAgent));

        Assert.Equal(userAgent, Text(request.Fields.Text(14)));
        Assert.Equal(Arn, Text(request.TargetGroup));
        Assert.Equal("100.51.96.60", Text(request.NodeAddress));
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRead()
    {
        byte[] line = Encoding.Latin1.GetBytes(Line(userAgent: "\u00ff\u00c0\u0080"));
        var request = new AccessLogFields();

        Assert.Equal(LogLineKind.Access, _parser.Parse(line, ref request));
        Assert.Equal([0xff, 0xc0, 0x80], request.Fields.Text(14).ToArray());
    }

    [Fact]
    public void Parse_NoSpaceAfterAQuote_EndsTheFieldThere()
    {
        var request = Read(Line().Replace("\"session-reused\" 12", "\"session-reused\"12", StringComparison.Ordinal));

        Assert.Equal("session-reused", Text(request.Fields.Text(20)));
        Assert.Equal("12", Text(request.Fields.Text(21)));
        Assert.True(request.IsCreationLogged);
        Assert.Equal("100.51.96.60", Text(request.NodeAddress));
    }

    [Fact]
    public void Parse_CarriageReturn_IsNotOfTheLine() =>
        Assert.Equal("-", Text(Read(Line() + "\r").Fields.Text(36)));

    [Theory]
    [InlineData("-1", -1)]
    [InlineData("-1.000", -1)]
    [InlineData("-", -1)]
    [InlineData("0.000", 0)]
    [InlineData("9.999", 9999)]
    [InlineData("60.001", 60001)]
    [InlineData("0.000073", 0)]
    [InlineData("3", 3000)]
    [InlineData("4000.5", 4_000_500)]
    [InlineData("999999999.000", int.MaxValue)]
    public void Parse_Duration_IsInMilliseconds(string seconds, int milliseconds) =>
        Assert.Equal(milliseconds, Read(Line().Replace(" 4.205 ", $" {seconds} ", StringComparison.Ordinal)).TargetMilliseconds);

    [Theory]
    [InlineData("2026-09-23T07:17:32Z", 1_790_147_852_000_000)]
    [InlineData("2026-09-23T07:17:32.4Z", 1_790_147_852_400_000)]
    [InlineData("2026-09-23T07:17:32.454551999Z", 1_790_147_852_454_551)]
    [InlineData("2024-02-29T23:59:60.999999Z", 1_709_251_200_999_999)]
    [InlineData("1970-01-01T00:00:00.000000Z", 0)]
    public void Parse_Timestamp_IsInMicroseconds(string time, long microseconds)
    {
        string line = Line().Replace("2026-09-23T07:17:32.454551Z", time, StringComparison.Ordinal);

        // Twice: the second time its minute is known.
        Assert.Equal(microseconds, Read(line).CompletedMicroseconds);
        Assert.Equal(microseconds, Read(line).CompletedMicroseconds);
    }

    [Theory]
    [InlineData("2026-09-23T07:17:32.45455xZ")]
    [InlineData("2026-09-23T07:17:3:.454551Z")]
    [InlineData("2026-09-23T07:17:32,454551Z")]
    [InlineData("2026-09-23T07:17:32.4545510")]
    [InlineData("2026-09-23T07:17:61.454551Z")]
    [InlineData("2026-02-30T07:17:32.454551Z")]
    [InlineData("0000-00-00T00:00:00.000000Z")]
    [InlineData("2026-09-23 07:17:32.454551Z")]
    [InlineData("-")]
    public void Parse_BrokenTimestamp_IsUnreadable(string time)
    {
        _ = Read(Line());

        Assert.Equal(LogLineKind.Unreadable, Kind(Line().Replace("2026-09-23T07:17:32.454551Z", time, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(" 502 - 94 ", " 5x2 - 94 ")]
    [InlineData(" 502 - 94 ", " 502 50 94 ")]
    [InlineData(" 502 - 94 ", " 502 - 9a ")]
    [InlineData(" 502 - 94 ", " 502 - 99999999999999999999 ")]
    [InlineData(" 4.205 ", " 4.2x5 ")]
    [InlineData(" 4.205 ", " . ")]
    [InlineData(" 4.205 ", "  ")]
    [InlineData("\"POST", "POST")]
    [InlineData("07:17:28.248000Z", "07:17:28.24x000Z")]
    public void Parse_BrokenField_IsUnreadable(string from, string to) =>
        Assert.Equal(LogLineKind.Unreadable, Kind(Line().Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void Parse_LineCutAnywhere_IsNeverTakenForAnotherKind()
    {
        string line = Line();
        for (int length = 1; length < line.Length; length++)
        {
            Assert.True(
                Kind(line[..length]) is LogLineKind.Access or LogLineKind.Unreadable,
                $"cut to {length} bytes: {Kind(line[..length])}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("  \t")]
    [InlineData("Enable AccessLog for ELB: arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/n/1 at 2018-07-02T22:23:00.186Z")]
    [InlineData("Enable ConnectionLog for ELB: arn at 2018-07-02T22:23:00.186Z")]
    public void Parse_NothingOrTheTestObject_IsEmpty(string line) => Assert.Equal(LogLineKind.Empty, Kind(line));

    [Theory]
    [InlineData("2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.38.0\" - -")]
    [InlineData("2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 \"- - - \" \"-\" - -")]
    [InlineData("2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 - -1 -1 -1 503 0 0 0 \"GET http://h:80/ HTTP/1.1\" \"a \\\"b\\\"\" - -")]
    public void Parse_ClassicLoadBalancer_IsToldApart(string line) => Assert.Equal(LogLineKind.ClassicLoadBalancer, Kind(line));

    [Theory]
    [InlineData("tls 2.0 2018-12-20T02:59:40 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn - ECDHE-RSA-AES128-SHA tlsv12 - my-nlb.elb.us-east-2.amazonaws.com - - - 2018-12-20T02:59:30")]
    [InlineData("tls 1.0 2018-12-20T02:59:40 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn - ECDHE-RSA-AES128-SHA tlsv12 - my-nlb")]
    public void Parse_NetworkLoadBalancer_IsToldApart(string line) => Assert.Equal(LogLineKind.NetworkLoadBalancer, Kind(line));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("\"")]
    [InlineData("127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326")]
    [InlineData("{\"time\":\"2026-09-23T07:17:32.454551Z\",\"level\":\"info\",\"msg\":\"a line of another log, longer than one step\"}")]
    [InlineData("2026-09-23T07:17:32.454551Z level=info msg=\"a line of some other log\"")]
    public void Parse_AnotherProgramsLine_IsUnreadable(string line) => Assert.Equal(LogLineKind.Unreadable, Kind(line));

    [Fact]
    public void ReadConnection_DocumentedLine_GivesItsFields()
    {
        var line = new AccessLogFields();
        var kind = _parser.Parse(
            "2026-09-23T07:11:27.691358Z 49.36.71.40 64326 443 TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 0.337 \"CN=a b\" - - Failed:ClientCertExpired TID_0a secp256r1 app/name/id 3.228.177.57"u8,
            ref line);
        var connection = _parser.ReadConnection(line);

        Assert.Equal(LogLineKind.Connection, kind);
        Assert.Equal(1_790_147_487_691_358, connection.TimeMicroseconds);
        Assert.Equal((443, 337), (connection.ListenerPort, connection.HandshakeMilliseconds));
        Assert.Equal("49.36.71.40", Text(connection.ClientAddress));
        Assert.Equal("TLSv1.2", Text(connection.TlsProtocol));
        Assert.Equal("Failed:ClientCertExpired", Text(connection.VerifyStatus));
        Assert.Equal("TID_0a", Text(connection.TraceId));
        Assert.Equal("3.228.177.57", Text(connection.NodeAddress));
    }

    [Fact]
    public void ReadConnection_PlainConnectionOfTheFirstLayout_HasNoHandshake()
    {
        var line = new AccessLogFields();
        var kind = _parser.Parse("2026-09-23T07:11:27.691358Z 2001:db8::1 61814 80 - - - \"-\" - - - TID_0b"u8, ref line);
        var connection = _parser.ReadConnection(line);

        Assert.Equal(LogLineKind.Connection, kind);
        Assert.Equal((80, -1), (connection.ListenerPort, connection.HandshakeMilliseconds));
        Assert.True(connection.VerifyStatus.IsEmpty && connection.NodeAddress.IsEmpty);
    }

    [Theory]
    [InlineData("http 2025-10-31T12:44:59.875678Z 0.019584011 172.31.20.97:80 HCLogsTestIPs PASS 200 -", true, 200, "")]
    [InlineData("h2 2025-10-31T12:44:59.875678Z 0.019584011 172.31.20.97:80 HCLogsTestIPs FAIL - TimedOut app/name/id 10.0.0.9", false, 0, "TimedOut")]
    public void ReadHealthCheck_DocumentedLine_GivesItsFields(string text, bool passed, int status, string reason)
    {
        var line = new AccessLogFields();
        var kind = _parser.Parse(Encoding.UTF8.GetBytes(text), ref line);
        var check = _parser.ReadHealthCheck(line);

        Assert.Equal(LogLineKind.HealthCheck, kind);
        Assert.Equal((1_761_914_699_875_678, 19_584), (check.TimeMicroseconds, check.LatencyMicroseconds));
        Assert.Equal(("172.31.20.97:80", "HCLogsTestIPs"), (Text(check.Target), Text(check.TargetGroupName)));
        Assert.Equal((passed, status, reason), (check.IsPassed, check.Status, Text(check.Reason)));
    }

    [Fact]
    public void Parse_OfManyLines_AllocatesNothing()
    {
        byte[] usual = Encoding.UTF8.GetBytes(Line()), odd = Encoding.UTF8.GetBytes(Line(userAgent: """a \"b\" """));
        var request = new AccessLogFields();
        _parser.Parse(usual, ref request);
        _parser.Parse(odd, ref request);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            _parser.Parse(usual, ref request);
            _parser.Parse(odd, ref request);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static string Line(string request = "POST https://example.com:443/a?b=c HTTP/2.0", string userAgent = "curl/7.46.0") =>
        $"{Outcome} \"{request}\" \"{userAgent}\"{Connection}{Rest}";

    private static string WithFields(int count)
    {
        // Fields 13 and 14 have no spaces here, but for those of the request.
        string[] fields = Line(request: "GET~http://h:80/~HTTP/1.1").Split(' ');
        var wanted = fields.Take(count).Concat(Enumerable.Range(0, Math.Max(count - fields.Length, 0)).Select(n => $"new{n}"));
        return string.Join(' ', wanted).Replace('~', ' ');
    }

    private AccessLogFields Read(string line)
    {
        var request = new AccessLogFields();
        var kind = _parser.Parse(Encoding.UTF8.GetBytes(line), ref request);
        Assert.Equal(LogLineKind.Access, kind);
        return request;
    }

    private LogLineKind Kind(string line)
    {
        var request = new AccessLogFields();
        return _parser.Parse(Encoding.UTF8.GetBytes(line), ref request);
    }

    private ulong Key(string request) => RequestKind.HashOf(Read(Line(request: request)).Request.WithoutQuery);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
