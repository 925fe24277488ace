using System.Text;
using System.Text.Json;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>Made-up records, and what becomes of them.</summary>
internal static class Explained
{
    public const long Micro = 1;
    public const long Milli = 1_000;
    public const long Second = 1_000_000;

    /// <summary>A reused connection that the target closed with FIN, just as a GET met it.</summary>
    public static Failure Race(FailureReason reason = FailureReason.TargetClosed) => new(reason)
    {
        Reused = true,
        EarlierRequests = 3,
        IdleMs = 5_998,
        End = ConnectionEnd.Fin,
        BytesWritten = 123,
        BytesAcknowledged = 123,
        AdvertisedKeepAliveSeconds = -1,
    };

    /// <summary>A new connection.</summary>
    public static Failure Fresh(FailureReason reason, ConnectionEnd end = ConnectionEnd.None) => new(reason)
    {
        IdleMs = -1,
        End = end,
        BytesWritten = 123,
        BytesAcknowledged = 123,
        AdvertisedKeepAliveSeconds = -1,
    };

    public static ExplainRecord Record(Failure facts, bool isConnected = true, ExplainKind kind = ExplainKind.Failure) => new()
    {
        Kind = kind,
        TimeUnixMicros = 1_767_225_600_000_001,
        TraceId = "Root=1-6955b900-0123456789abcdef01234567"u8,
        ConnectionTraceId = "TID_0123456789abcdef0123456789abcdef"u8,
        LoadBalancer = "app/web/0123456789abcdef"u8,
        ListenerArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/0123456789abcdef/0123456789abcdef",
        TargetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/0123456789abcdef"u8,
        Target = "10.0.1.1:8080"u8,
        Client = "10.8.0.1:40000"u8,
        Method = "GET"u8,
        Host = "example.com"u8,
        Port = 80,
        Uri = "/"u8,
        IsIdempotent = true,
        StatusCode = 502,
        Facts = facts,
        IsConnected = isConnected,
        Learned = LearnedCloseTime.Nothing,
        IdleTimeoutMs = 60_000,
        ElapsedMicros = 1_234,
        SinceDispatchMicros = 412,
        ClosedAfterMicros = -1,
    };

    /// <summary>An attempt on a connection to the record's target.</summary>
    public static Attempt Tried(Failure facts, long elapsedMicros) => new("10.0.1.1:8080"u8.ToArray(), facts, true, elapsedMicros);

    /// <summary>An attempt for which there was no connection.</summary>
    public static Attempt Unconnected(FailureReason reason, string target = "10.0.1.1:8080") =>
        new(Encoding.ASCII.GetBytes(target), Failure.WithoutTarget(reason), false, -1);

    /// <summary>What a line says of a request that was too large for its target: its bytes, how many may be sent, whose limit that is.</summary>
    public static (int FieldBytes, int LimitBytes, string? LimitSide) SizesOf(JsonElement line) =>
        (line.GetProperty("field_bytes").GetInt32(), line.GetProperty("field_limit_bytes").GetInt32(), line.GetProperty("field_limit_side").GetString());

    public static string VerdictOf(in ExplainRecord record)
    {
        var text = new VerdictText();
        Verdict.Write(record, text);
        return Encoding.ASCII.GetString(text.Written);
    }

    public static JsonElement JsonOf(in ExplainRecord record)
    {
        using var writer = new ExplainLineWriter();
        ReadOnlySpan<byte> line = writer.Write(record);
        Assert.Equal((byte)'\n', line[^1]);
        Assert.Equal(line.Length - 1, line.IndexOf((byte)'\n'));
        return JsonDocument.Parse(line.ToArray()).RootElement;
    }
}
