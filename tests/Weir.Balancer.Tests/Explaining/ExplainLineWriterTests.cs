using System.Text.Json;
using CsCheck;
using Weir.AccessLogs;
using Weir.Http.Http2;
using Weir.Tests.Schemas;

namespace Weir.Balancer.Tests;

public sealed class ExplainLineWriterTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "explain-log.schema.json"));

    public static TheoryData<FailureReason> Reasons => [.. FailureTable.Rows.Select(static row => row.Reason)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Line_OfEachReason_KeepsToTheSchema(FailureReason reason)
    {
        Failure facts = Explained.Fresh(reason);
        Attempt[] attempts = [Explained.Tried(facts, 412)];
        Assert.Empty(_schema.ProblemsOf(Explained.JsonOf(Explained.Record(facts) with { Attempts = attempts })));
        Assert.Empty(_schema.ProblemsOf(Explained.JsonOf(Explained.Record(Failure.WithoutTarget(reason), isConnected: false))));
    }

    [Fact]
    public void Line_WithEverything_HasEachFact()
    {
        Failure facts = Explained.Race() with { AdvertisedKeepAliveSeconds = 5, ResponseBytes = 7, BytesAcknowledged = 100 };
        Attempt[] attempts = [Explained.Tried(facts, 412), Explained.Tried(Explained.Fresh(FailureReason.None), 3_004)];
        JsonElement line = Explained.JsonOf(Explained.Record(facts, kind: ExplainKind.Retried) with
        {
            Attempts = attempts,
            Learned = new LearnedCloseTime(5_000, -1, 4_500),
            StatusCode = 200,
        });
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal("2026-01-01T00:00:00.000001Z", line.GetProperty("time").GetString());
        Assert.Equal("retried", line.GetProperty("kind").GetString());
        Assert.Equal("http://example.com:80/", line.GetProperty("url").GetString());
        Assert.Equal("target_closed", line.GetProperty("reason").GetString());
        Assert.Equal("target", line.GetProperty("side").GetString());
        Assert.True(line.GetProperty("reused").GetBoolean());
        Assert.Equal("fin", line.GetProperty("end").GetString());
        Assert.Equal(
            [3, 5_998, 123, 100, 7, 5],
            ((string[])["earlier_requests", "idle_ms", "request_bytes_written", "request_bytes_acknowledged", "response_bytes", "advertised_keep_alive_s"])
                .Select(name => line.GetProperty(name).GetInt64()));
        Assert.Equal("""{"hint_ms":5000,"closes_ms":null,"limit_ms":4500}""", line.GetProperty("learned").GetRawText());
        Assert.Equal("1.234", line.GetProperty("elapsed_ms").GetRawText());
        Assert.Equal("0.412", line.GetProperty("since_dispatch_ms").GetRawText());
        Assert.Equal(["target_closed", "answered"], line.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("outcome").GetString()));
        Assert.Equal("3.004", line.GetProperty("attempts")[1].GetProperty("elapsed_ms").GetRawText());
    }

    // Source: RFC 9113 §7. A code that has no name there may be sent too.
    [Theory]
    [InlineData(Http2ErrorCode.NoError, null)]
    [InlineData(Http2ErrorCode.ProtocolError, "PROTOCOL_ERROR")]
    [InlineData(Http2ErrorCode.Http11Required, "HTTP_1_1_REQUIRED")]
    [InlineData((Http2ErrorCode)0xe, "0xe")]
    [InlineData((Http2ErrorCode)uint.MaxValue, "0xffffffff")]
    public void Codes_OfHttp2_AreNamesOrNumbers(Http2ErrorCode code, string? name)
    {
        Failure facts = Explained.Race() with { GoAwayCode = code };
        JsonElement line = Explained.JsonOf(Explained.Record(facts) with { Attempts = new[] { Explained.Tried(facts with { ResetCode = code, GoAwayCode = default }, 412) } });
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal((null, name), (line.GetProperty("reset_code").GetString(), line.GetProperty("goaway_code").GetString()));
        JsonElement attempt = line.GetProperty("attempts")[0];
        Assert.Equal((name, null), (attempt.GetProperty("reset_code").GetString(), attempt.GetProperty("goaway_code").GetString()));
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, "false")]
    [InlineData(null, "null")]
    public void Resumption_IsThereForEachAttemptOverTls(bool? isResumed, string written)
    {
        Failure facts = Explained.Race() with { TlsResumed = isResumed };
        JsonElement line = Explained.JsonOf(Explained.Record(facts) with { Attempts = new[] { Explained.Tried(facts, 412) } });
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal(written, line.GetProperty("tls_resumed").GetRawText());
        Assert.Equal(written, line.GetProperty("attempts")[0].GetProperty("tls_resumed").GetRawText());
    }

    [Theory]
    [InlineData(true, "target")]
    [InlineData(false, "weir")]
    public void Sizes_OfARequestThatIsTooLarge_AreThereWithWhoseLimitItIs(bool isLimitOfTarget, string side)
    {
        Failure facts = Explained.Fresh(FailureReason.RequestTooLargeForTarget) with { FieldBytes = 1_234, FieldLimitBytes = 1_000, IsLimitOfTarget = isLimitOfTarget };
        JsonElement line = Explained.JsonOf(Explained.Record(facts));
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal((1_234, 1_000, side), Explained.SizesOf(line));
    }

    // A target that announces a limit has broken none.
    [Fact]
    public void Sizes_OfAnyOtherRequest_AreNotThere()
    {
        JsonElement line = Explained.JsonOf(Explained.Record(Explained.Race() with { IsLimitOfTarget = true }));
        Assert.All(
            (string[])["field_bytes", "field_limit_bytes", "field_limit_side"],
            name => Assert.Equal(JsonValueKind.Null, line.GetProperty(name).ValueKind));
    }

    [Fact]
    public void Line_WithoutAConnection_SaysNothingOfOne()
    {
        JsonElement line = Explained.JsonOf(Explained.Record(Failure.WithoutTarget(FailureReason.MissingHost), isConnected: false) with
        {
            Method = default,
            TraceId = default,
            Target = default,
            TargetGroupArn = default,
            SinceDispatchMicros = -1,
        });
        foreach (string name in (string[])
            ["reused", "earlier_requests", "idle_ms", "tls_resumed", "end", "request_bytes_written", "request_bytes_acknowledged", "response_bytes",
                "advertised_keep_alive_s", "protocol_fault", "response_fault", "reset_code", "goaway_code", "field_bytes", "field_limit_bytes", "field_limit_side", "learned", "url", "method", "trace_id", "target", "target_group_arn", "since_dispatch_ms", "closed_after_ms"])
        {
            Assert.Equal(JsonValueKind.Null, line.GetProperty(name).ValueKind);
        }
    }

    [Fact]
    public void Line_OfANearMiss_KeepsToTheSchema()
    {
        JsonElement line = Explained.JsonOf(Explained.Record(Explained.Race(FailureReason.None), kind: ExplainKind.NearMiss) with
        {
            StatusCode = 0,
            ElapsedMicros = -1,
            SinceDispatchMicros = -1,
            ClosedAfterMicros = 2_100,
        });
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal("2.1", line.GetProperty("closed_after_ms").GetRawText());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("reason").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("status_code").ValueKind);
    }

    [Fact]
    public void Url_OfAnyBytes_IsOneValidLineEscapedAsInTheAccessLog() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            JsonElement line = Explained.JsonOf(Explained.Record(Explained.Race()) with { Uri = bytes, Host = bytes, TraceId = bytes, Target = bytes });
            Span<byte> escaped = stackalloc byte[bytes.Length * AccessLogEscaping.EscapedBytes];
            int length = AccessLogEscaping.Write(bytes, quoted: true, escaped, out _);
            string text = System.Text.Encoding.ASCII.GetString(escaped[..length]);
            Assert.Equal($"http://{text}:80{text}", line.GetProperty("url").GetString());
            Assert.Equal(bytes.Length == 0 ? null : text[..Math.Min(text.Length, TextLimit(text))], line.GetProperty("target").GetString());
        });

    [Fact]
    public void Line_OfTheLongestTexts_FitsIntoALogLine()
    {
        byte[] longest = new byte[100_000];
        Array.Fill(longest, (byte)'\\');
        using var writer = new ExplainLineWriter();
        ReadOnlySpan<byte> line = writer.Write(Explained.Record(Explained.Race()) with
        {
            TraceId = longest,
            ConnectionTraceId = longest,
            LoadBalancer = longest,
            ListenerArn = new string('"', 2_000),
            TargetGroupArn = longest,
            Target = longest,
            Client = longest,
            Method = longest,
            Host = longest,
            Uri = longest,
            Attempts = [.. Enumerable.Repeat(new Attempt(longest, Explained.Race(), true, long.MaxValue / 1000), AttemptState.Most)],
        });
        Assert.InRange(line.Length, 1, AccessLogLimits.LineBytes / 2);
        Assert.Equal(1, JsonDocument.Parse(line.ToArray()).RootElement.GetProperty("schema").GetInt32());
    }

    [Fact]
    public void Write_Warm_AllocatesNothing()
    {
        using var writer = new ExplainLineWriter();
        Attempt[] attempts = [Explained.Tried(Explained.Race(), 412), Explained.Tried(Explained.Fresh(FailureReason.TargetSilent), 3_004)];
        void WriteEach()
        {
            foreach (FailureRow row in FailureTable.Rows)
            {
                ExplainRecord record = Explained.Record(Explained.Race(row.Reason)) with { Attempts = attempts, Learned = new(5_000, 6_003, 4_500) };
                writer.Write(record);
                writer.Write(record with { Kind = ExplainKind.Retried, Uri = "/caf\xC3\xA9?\xFF"u8 });
            }
        }

        WriteEach();
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            WriteEach();
            least = Math.Min(least, Math.Abs(GC.GetAllocatedBytesForCurrentThread() - before));
        }

        Assert.Equal(0, least);
    }

    // Whole escapes only.
    private static int TextLimit(string text)
    {
        int length = 0;
        while (length < text.Length)
        {
            int step = text[length] == '\\' ? AccessLogEscaping.EscapedBytes : 1;
            if (length + step > ExplainLimits.TextBytes)
            {
                break;
            }

            length += step;
        }

        return length;
    }
}
