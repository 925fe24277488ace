namespace Weir.AccessLogs.Reading;

/// <summary>
/// One check of a health check log: its numbers read, its texts as pieces of the line. It must not outlive the line's bytes.
/// </summary>
/// <remarks>Source: ALB user guide, health check log entries.</remarks>
public readonly ref struct HealthCheckLogFields
{
    private readonly LogLineFields _fields;

    internal HealthCheckLogFields(LogLineFields fields) => _fields = fields;

    /// <summary>Field 2: when the check began. Microseconds since 1970.</summary>
    public long TimeMicroseconds { get; internal init; }

    /// <summary>Field 3.</summary>
    public long LatencyMicroseconds { get; internal init; }

    /// <summary>Field 7; 0 stands for <c>-</c>.</summary>
    public short Status { get; internal init; }

    public bool IsPassed => _fields.Raw(6).SequenceEqual("PASS"u8);

    /// <summary>Field 4, <c>address:port</c>.</summary>
    public ReadOnlySpan<byte> Target => _fields.Value(4);

    /// <summary>Field 5, a group's name, not its ARN.</summary>
    public ReadOnlySpan<byte> TargetGroupName => _fields.Value(5);

    /// <summary>Field 8; empty where there is none.</summary>
    public ReadOnlySpan<byte> Reason => _fields.Value(8);

    /// <summary>Field 10; empty where the layout has none.</summary>
    public ReadOnlySpan<byte> NodeAddress => _fields.Value(10);
}
