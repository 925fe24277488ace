namespace Weir.LogGenerator.World;

/// <summary>What the simulation knows of one line of the access log; how it is written is the formatter's business.</summary>
internal sealed class LogRow(BalancerNode node, TargetGroup? group, ClientConnection client, UrlProfile? url, int urlId)
{
    public BalancerNode Node => node;

    public TargetGroup? Group { get; set; } = group;

    public ClientConnection Client => client;

    /// <summary>Null for bytes that were no request.</summary>
    public UrlProfile? Url => url;

    public int UrlId => urlId;

    public long TimeTicks { get; set; }

    public long CreationTicks { get; init; }

    public Target? Target { get; set; }

    // Below zero: not measured, -1 in the line.
    public long RequestTicks { get; set; } = -1;

    public long TargetTicks { get; set; } = -1;

    public long ResponseTicks { get; set; } = -1;

    public int Status { get; init; }

    /// <summary>0: the target did not answer.</summary>
    public int TargetStatus { get; set; }

    public int ReceivedBytes { get; init; }

    public int SentBytes { get; set; }

    public (ulong High, ulong Low) Trace { get; init; }

    public string Actions { get; set; } = "forward";

    public string RedirectUrl { get; set; } = "-";

    public string ErrorReason { get; set; } = "-";

    public string Classification { get; set; } = "-";

    public string ClassificationReason { get; set; } = "-";

    public bool IsUnparsed => url is null;

    /// <summary>Plain HTTP on a TLS listener: no cipher, whatever the line's type says.</summary>
    public bool HasNoTls { get; set; }
}
