using System.Text;

namespace Weir.AccessLogs.Tests.Lines;

/// <summary>Lines byte for byte, in the layout of 36 fields, for each documented or observed shape.</summary>
public class AccessLogLineWriterTests
{
    private const string Start = "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 ";
    private const string Arn =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";
    private const string Request = " \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.46.0\" - - ";
    private const string Trace = " \"Root=1-58337262-36d228ad5d99923122bbe354\" \"-\" \"-\" 0 2018-07-02T22:22:48.364000Z ";
    private const string End = " TID_0123456789abcdef0123456789abcdef \"-\" \"-\" \"-\" 10.0.0.9 \"-\" \"-\"\n";

    private readonly AccessLogLineWriter _writer = new();

    [Fact]
    public void Write_DocumentedHttpRequest_IsTheDocumentedLine() => AssertLine(
        Start + "10.0.0.1:80 0.000 0.001 0.000 200 200 34 366" + Request + Arn + Trace
            + "\"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\"" + End,
        Records.Forwarded);

    [Fact]
    public void Write_UnparsableRequest_IsTheObservedLine() => AssertLine(
        "http 2026-09-23T07:17:32.454551Z app/name/id 216.180.246.224:25824 - -1 -1 -1 400 - 0 272 "
            + "\"- http://lb.example:80- -\" \"-\" - - - \"-\" \"-\" \"-\" - 2026-09-23T07:17:31.697000Z "
            + "\"-\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" TID_00000000000000000000000000000001 "
            + "\"-\" \"-\" \"-\" 100.51.96.60 \"-\" \"-\"\n",
        new AccessLogRecord
        {
            TimeUnixMicroseconds = 1_790_147_852_454_551,
            LoadBalancer = "app/name/id"u8,
            Client = "216.180.246.224:25824"u8,
            RequestProcessingMicroseconds = -1,
            TargetProcessingMicroseconds = -1,
            ResponseProcessingMicroseconds = -1,
            ElbStatusCode = 400,
            SentBytes = 272,
            LoadBalancerDnsName = "lb.example"u8,
            Port = 80,
            RequestCreationUnixMilliseconds = 1_790_147_851_697,
            ConnectionTraceId = "TID_00000000000000000000000000000001"u8,
            IpAddress = "100.51.96.60"u8,
        });

    [Fact]
    public void Write_PlainHttpOnHttpsPort_HasNoTlsFields()
    {
        var fields = Fields(new AccessLogRecord
        {
            Type = AccessLogRequestType.Https,
            TimeUnixMicroseconds = Records.TimeUnixMicroseconds,
            LoadBalancer = "app/name/id"u8,
            Client = "10.0.0.2:1"u8,
            RequestProcessingMicroseconds = -1,
            TargetProcessingMicroseconds = -1,
            ResponseProcessingMicroseconds = -1,
            ElbStatusCode = 400,
            ReceivedBytes = 172,
            SentBytes = 370,
            LoadBalancerDnsName = "lb.example"u8,
            Port = 443,
        });

        Assert.Equal("https", fields[0]);
        Assert.Equal("- -1 -1 -1 400 - 172 370 \"- http://lb.example:443- -\" \"-\" - -", Join(fields, 5, 16));
    }

    [Fact]
    public void Write_FixedResponse_HasNoTargetAndNoTargetGroup() => AssertLine(
        Start + "- -1 -1 -1 404 - 127 162" + Request + "-" + Trace
            + "\"fixed-response\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\"" + End,
        Records.AnsweredHere with
        {
            ElbStatusCode = 404,
            ReceivedBytes = 127,
            SentBytes = 162,
            ActionsExecuted = "fixed-response"u8,
        });

    [Fact]
    public void Write_Redirect_HasTheLocation() => AssertLine(
        Start + "- -1 -1 -1 301 - 429 206" + Request + "-" + Trace
            + "\"redirect\" \"https://abc.com:443/packages\" \"-\" \"-\" \"-\" \"-\" \"-\"" + End,
        Records.AnsweredHere with
        {
            ElbStatusCode = 301,
            ReceivedBytes = 429,
            SentBytes = 206,
            ActionsExecuted = "redirect"u8,
            RedirectUrl = "https://abc.com:443/packages"u8,
        });

    [Fact]
    public void Write_NoTargets_KeepsTheTargetGroup() => AssertLine(
        Start + "- -1 -1 -1 503 - 141 337" + Request + Arn + Trace
            + "\"forward\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\"" + End,
        Records.AnsweredHere with
        {
            ElbStatusCode = 503,
            ReceivedBytes = 141,
            SentBytes = 337,
            TargetGroupArn = Records.TargetGroupArn,
        });

    // Status, processing times in microseconds, and fields 6 to 12 as they were published.
    [Theory]
    [InlineData(460, -1, -1, 125, 0, "-1 -1 -1 460 - 125 0")]
    [InlineData(504, -1, -1, 49, 202, "-1 -1 -1 504 - 49 202")]
    [InlineData(504, 1_000, -1, 49, 202, "0.001 -1 -1 504 - 49 202")]
    [InlineData(502, -1, -1, 94, 326, "-1 -1 -1 502 - 94 326")]
    [InlineData(502, 1_400, 4_205_900, 94, 326, "0.001 4.205 -1 502 - 94 326")]
    [InlineData(502, 1_000, 0, 94, 326, "0.001 0.000 -1 502 - 94 326")]
    public void Write_TargetFailed_KeepsTheTargetAndItsList(
        int status, long request, long target, long received, long sent, string outcome) => AssertLine(
        Start + "10.0.0.1:80 " + outcome + Request + Arn + Trace
            + "\"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"-\" \"-\" \"-\"" + End,
        Records.Forwarded with
        {
            RequestProcessingMicroseconds = request,
            TargetProcessingMicroseconds = target,
            ResponseProcessingMicroseconds = -1,
            ElbStatusCode = status,
            TargetStatusCode = 0,
            ReceivedBytes = received,
            SentBytes = sent,
        });

    [Fact]
    public void Write_LambdaFailed_HasTheReasonAndEmptyLists() => AssertLine(
        Start + "- 0.000 0.001 0.000 502 - 34 366" + Request + Arn + Trace
            + "\"forward\" \"-\" \"LambdaInvalidResponse\" \"-\" \"-\" \"-\" \"-\"" + End,
        Records.Forwarded with
        {
            Target = default,
            ElbStatusCode = 502,
            TargetStatusCode = 0,
            ErrorReason = "LambdaInvalidResponse"u8,
        });

    [Fact]
    public void Write_Lambda_HasATargetStatusOnlyInField10()
    {
        var fields = Fields(Records.Forwarded with { Target = default });

        Assert.Equal("- 0.000 0.001 0.000 200 200", Join(fields, 5, 10));
        Assert.Equal("\"-\" \"-\"", Join(fields, 26, 27));
    }

    [Fact]
    public void Write_SecureWebSocket_IsTheDocumentedLine() => AssertLine(
        "wss 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.0.140:44244 10.0.0.171:8010 "
            + "0.000 0.001 0.000 101 101 218 786 \"GET https://10.0.0.30:443/ HTTP/1.1\" \"-\" "
            + "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 " + Arn
            + " \"Root=1-58337364-23a8c76965a2ef7629b185e3\" \"-\" \"-\" 1 2018-07-02T22:22:48.364000Z "
            + "\"forward\" \"-\" \"-\" \"10.0.0.171:8010\" \"101\" \"-\" \"-\"" + End,
        Records.Forwarded with
        {
            Type = AccessLogRequestType.WebSocketSecure,
            Client = "10.0.0.140:44244"u8,
            Target = "10.0.0.171:8010"u8,
            ElbStatusCode = 101,
            TargetStatusCode = 101,
            ReceivedBytes = 218,
            SentBytes = 786,
            Host = "10.0.0.30"u8,
            Port = 443,
            UserAgent = default,
            TlsCipher = "ECDHE-RSA-AES128-GCM-SHA256"u8,
            TlsProtocol = "TLSv1.2"u8,
            TraceId = "Root=1-58337364-23a8c76965a2ef7629b185e3"u8,
            MatchedRulePriority = 1,
        });

    [Theory]
    [InlineData(AccessLogRequestType.Http, "http", "http://")]
    [InlineData(AccessLogRequestType.Https, "https", "https://")]
    [InlineData(AccessLogRequestType.Http2, "h2", "https://")]
    [InlineData(AccessLogRequestType.Grpcs, "grpcs", "https://")]
    [InlineData(AccessLogRequestType.WebSocket, "ws", "http://")]
    [InlineData(AccessLogRequestType.WebSocketSecure, "wss", "https://")]
    public void Write_Type_GivesNameAndScheme(AccessLogRequestType type, string name, string scheme)
    {
        var fields = Fields(Records.Forwarded with { Type = type });

        Assert.Equal(name, fields[0]);
        Assert.StartsWith("\"GET " + scheme + "www.example.com:80/", fields[12], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EveryOptionalField_GoesToItsPlace()
    {
        var fields = Fields(Records.Forwarded with
        {
            Type = AccessLogRequestType.Http2,
            HttpVersion = AccessLogHttpVersion.Http20,
            RequestUri = "/a?b=c d"u8,
            TlsCipher = "TLS_AES_128_GCM_SHA256"u8,
            TlsProtocol = "TLSv1.3"u8,
            DomainName = "sni.example.com"u8,
            ChosenCertificateArn = "session-reused"u8,
            MatchedRulePriority = -1,
            ActionsExecuted = "waf,rewrite,forward"u8,
            ErrorReason = "AWSALBTGCookieInvalid"u8,
            Classification = AccessLogClassification.Ambiguous,
            ClassificationReason = "GetHeadZeroContentLength"u8,
            TransformedHost = "h.example.com"u8,
            TransformedUri = "/rewritten"u8,
            RequestTransformStatus = "TransformSuccess"u8,
        });

        Assert.Equal("\"GET https://www.example.com:80/a?b=c d HTTP/2.0\"", fields[12]);
        Assert.Equal("TLS_AES_128_GCM_SHA256 TLSv1.3", Join(fields, 15, 16));
        Assert.Equal("\"sni.example.com\" \"session-reused\" -1", Join(fields, 19, 21));
        Assert.Equal("\"waf,rewrite,forward\" \"-\" \"AWSALBTGCookieInvalid\"", Join(fields, 23, 25));
        Assert.Equal("\"Ambiguous\" \"GetHeadZeroContentLength\"", Join(fields, 28, 29));
        Assert.Equal("\"h.example.com\" \"/rewritten\" \"TransformSuccess\" 10.0.0.9 \"-\" \"-\"", Join(fields, 31, 36));
    }

    [Theory]
    [InlineData(AccessLogClassification.None, "\"-\"")]
    [InlineData(AccessLogClassification.Acceptable, "\"Acceptable\"")]
    [InlineData(AccessLogClassification.Ambiguous, "\"Ambiguous\"")]
    [InlineData(AccessLogClassification.Severe, "\"Severe\"")]
    public void Write_Classification_IsSpelledAsDocumented(AccessLogClassification classification, string field) =>
        Assert.Equal(field, Fields(Records.Forwarded with { Classification = classification })[27]);

    [Fact]
    public void Write_Http10WithoutHost_NamesTheLoadBalancer() => Assert.Equal(
        "\"GET http://my-loadbalancer-1.us-east-2.elb.amazonaws.com:80/ HTTP/1.0\"",
        Fields(Records.Forwarded with { Host = default, HttpVersion = AccessLogHttpVersion.Http10 })[12]);

    [Theory]
    [InlineData(0, "0.000")]
    [InlineData(999, "0.000")]
    [InlineData(1_000, "0.001")]
    [InlineData(9_999_999, "9.999")]
    [InlineData(10_000_000, "10.000")]
    [InlineData(4_000_123_456, "4000.123")]
    [InlineData(long.MaxValue, "9223372036854.775")]
    [InlineData(-1, "-1")]
    [InlineData(long.MinValue, "-1")]
    public void Write_ProcessingTime_HasThreeDecimals(long microseconds, string field) =>
        Assert.Equal(field, Fields(Records.Forwarded with { TargetProcessingMicroseconds = microseconds })[6]);

    [Fact]
    public void Write_TimesInAnyOrder_AreEachRight()
    {
        long[] times = [0, 1, 999_999, 1_000_000, 1_709_164_799_999_999, 1_709_164_800_000_000, 999_999, 5];
        foreach (long time in times)
        {
            var fields = Fields(Records.Forwarded with
            {
                TimeUnixMicroseconds = time,
                RequestCreationUnixMilliseconds = time / 1000,
            });
            var expected = DateTime.UnixEpoch.AddMicroseconds(time);

            Assert.Equal(expected.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null), fields[1]);
            Assert.Equal(expected.ToString("yyyy-MM-ddTHH:mm:ss.fff000Z", null), fields[21]);
        }
    }

    [Theory]
    [InlineData(long.MinValue, "1970-01-01T00:00:00.000000Z")]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59.999999Z")]
    public void Write_ClockOutsideTheCalendar_IsClamped(long time, string field)
    {
        var fields = Fields(Records.Forwarded with
        {
            TimeUnixMicroseconds = time,
            RequestCreationUnixMilliseconds = time,
        });

        Assert.Equal(field, fields[1]);
        Assert.Equal(36, fields.Count);
    }

    [Fact]
    public void Write_QuoteInUserAgent_IsEscapedAsNginxDoes() => Assert.Equal(
        "\"a\\x22b\\x5Cc\\x0Ad\\xC3\\xA9\\x7F e\"",
        Fields(Records.Forwarded with { UserAgent = "a\"b\\c\ndé\u007f e"u8 })[13]);

    [Fact]
    public void Write_UserAgentOver8KB_IsCutThereBeforeEscaping()
    {
        byte[] userAgent = [.. Enumerable.Repeat((byte)'a', 8_191), (byte)'"', .. "cut"u8];

        string field = Fields(Records.Forwarded with { UserAgent = userAgent })[13];

        Assert.Equal('"' + new string('a', 8_191) + "\\x22\"", field);
    }

    [Fact]
    public void Write_DestinationOneByteShort_WritesNothing()
    {
        var full = new byte[AccessLogLimits.LineBytes];
        Assert.True(_writer.Write(Records.Forwarded, full, out int length));

        for (int size = 0; size < length; size++)
        {
            Assert.False(_writer.Write(Records.Forwarded, full.AsSpan(0, size), out int written));
            Assert.Equal(0, written);
        }

        Assert.True(_writer.Write(Records.Forwarded, full.AsSpan(0, length), out _));
    }

    [Fact]
    public void Write_RequestAtEveryLimitOfAlb_IsLoggedInFull()
    {
        var uri = Enumerable.Repeat((byte)'u', 16_000).ToArray();
        var eightKilobytes = Enumerable.Repeat((byte)'e', 8_192).ToArray();

        var fields = Fields(Records.Forwarded with
        {
            RequestUri = uri,
            UserAgent = eightKilobytes,
            RedirectUrl = eightKilobytes,
            TraceId = eightKilobytes,
            TransformedUri = uri,
        });

        Assert.Equal(uri.Length, fields[31].Length - 2);
    }

    [Fact]
    public void Write_EveryFieldEndlessAndEscaped_StaysWithinTheLineLimit()
    {
        var endless = new byte[200_000];

        Span<byte> destination = new byte[AccessLogLimits.LineBytes * 2];
        bool fits = _writer.Write(
            new AccessLogRecord
            {
                TimeUnixMicroseconds = long.MaxValue,
                LoadBalancer = endless,
                Client = endless,
                Target = endless,
                RequestProcessingMicroseconds = long.MaxValue,
                TargetProcessingMicroseconds = long.MaxValue,
                ResponseProcessingMicroseconds = long.MaxValue,
                ElbStatusCode = int.MinValue,
                TargetStatusCode = int.MinValue,
                ReceivedBytes = long.MinValue,
                SentBytes = long.MinValue,
                Method = endless,
                Host = endless,
                Port = int.MinValue,
                RequestUri = endless,
                UserAgent = endless,
                TlsCipher = endless,
                TlsProtocol = endless,
                TargetGroupArn = endless,
                TraceId = endless,
                DomainName = endless,
                ChosenCertificateArn = endless,
                MatchedRulePriority = int.MinValue,
                RequestCreationUnixMilliseconds = long.MaxValue,
                ActionsExecuted = endless,
                RedirectUrl = endless,
                ErrorReason = endless,
                Classification = AccessLogClassification.Acceptable,
                ClassificationReason = endless,
                ConnectionTraceId = endless,
                TransformedHost = endless,
                TransformedUri = endless,
                RequestTransformStatus = endless,
                IpAddress = endless,
            },
            destination,
            out int written);

        Assert.True(fits);
        Assert.InRange(written, 23 * AccessLogLimits.FieldBytesInOverlongLine, AccessLogLimits.LineBytes);
        Assert.Equal(36, LineFields.Parse(destination[..written]).Count);
    }

    private void AssertLine(string expected, in AccessLogRecord record)
    {
        string line = Line(record);
        Assert.Equal(expected, line);
        Assert.Equal(36, LineFields.Parse(Encoding.Latin1.GetBytes(line)).Count);
    }

    private List<string> Fields(in AccessLogRecord record) => LineFields.Parse(Encoding.Latin1.GetBytes(Line(record)));

    private string Line(in AccessLogRecord record)
    {
        var destination = new byte[AccessLogLimits.LineBytes];
        Assert.True(_writer.Write(record, destination, out int written));
        return Encoding.Latin1.GetString(destination, 0, written);
    }

    private static string Join(List<string> fields, int first, int last) =>
        string.Join(' ', fields[(first - 1)..last]);
}
