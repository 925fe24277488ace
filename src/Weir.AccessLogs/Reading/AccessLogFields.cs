using System.Diagnostics.CodeAnalysis;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// One request of an access log: its numbers read, its texts as pieces of the line. Belongs to whoever parses, and is used
/// again for line after line; it must not outlive the line's bytes.
/// </summary>
/// <remarks>Source: ALB user guide, access log entries; the fields' numbers are those of the guide.</remarks>
[SuppressMessage("Design", "CA1051", Justification = "A reference to the places of the fields must not be copied for each of them.")]
public ref struct AccessLogFields
{
    /// <summary>All fields, by number.</summary>
    public LogLineFields Fields;

    /// <summary>Field 2, microseconds since 1970.</summary>
    public long CompletedMicroseconds { get; internal set; }

    /// <summary>Field 22; without it, field 2 less fields 6 to 8.</summary>
    public long CreatedMicroseconds { get; internal set; }

    public bool IsCreationLogged { get; internal set; }

    /// <summary>Fields 6 to 8; -1 where the line has that.</summary>
    public int RequestMilliseconds { get; internal set; }

    public int TargetMilliseconds { get; internal set; }

    public int ResponseMilliseconds { get; internal set; }

    /// <summary>Fields 9 and 10; 0 stands for <c>-</c>.</summary>
    public short ElbStatus { get; internal set; }

    public short TargetStatus { get; internal set; }

    /// <summary>Fields 11 and 12.</summary>
    public long ReceivedBytes { get; internal set; }

    public long SentBytes { get; internal set; }

    /// <summary>Field 5; empty where there is none.</summary>
    public readonly ReadOnlySpan<byte> Target => Fields.Value(5);

    /// <summary>Field 17; empty where there is none.</summary>
    public readonly ReadOnlySpan<byte> TargetGroup => Fields.Value(17);

    /// <summary>Field 34; empty where the layout has none.</summary>
    public readonly ReadOnlySpan<byte> NodeAddress => Fields.Value(34);

    /// <summary>Field 13: the request as it was logged.</summary>
    public readonly RequestLine Request => new(Fields.Text(13));

    /// <summary>Field 4 without its port. IPv6 addresses have no brackets there, so the last colon is the port's.</summary>
    public readonly ReadOnlySpan<byte> ClientAddress
    {
        get
        {
            var client = Fields.Text(4);
            int colon = client.LastIndexOf((byte)':');
            return colon < 0 ? client : client[..colon];
        }
    }
}
