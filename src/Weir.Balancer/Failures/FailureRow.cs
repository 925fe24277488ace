namespace Weir.Balancer;

/// <summary>One row of <see cref="FailureTable"/>.</summary>
public sealed class FailureRow
{
    internal FailureRow(
        FailureReason reason,
        string name,
        FailureSide side,
        int statusCode,
        bool clientStaysOpen,
        TargetTimes times,
        string meaning,
        string pageDetail = "",
        bool namesTarget = true)
    {
        Reason = reason;
        Name = name;
        Side = side;
        StatusCode = statusCode;
        ClientStaysOpen = clientStaysOpen;
        Times = times;
        Meaning = meaning;
        PageDetail = pageDetail;
        NamesTarget = namesTarget;
    }

    public FailureReason Reason { get; }

    /// <summary>The word for it in metrics, the status page and the explain log.</summary>
    public string Name { get; }

    public FailureSide Side { get; }

    /// <summary>The code of the log and, unless the answer has begun or nobody is left to read it, of the page; 0: none of ours.</summary>
    public int StatusCode { get; }

    /// <summary>
    /// The client's connection may carry another request, provided that this request was read to its end. The target's
    /// connection never does: it is closed after every failure.
    /// </summary>
    public bool ClientStaysOpen { get; }

    public TargetTimes Times { get; }

    /// <summary>One sentence for people: what happened.</summary>
    public string Meaning { get; }

    /// <summary>A line that the page shows beneath its heading; empty for the pages that ALB sends.</summary>
    public string PageDetail { get; }

    /// <summary>
    /// The log names the target that was chosen, and its times. False where the client did not send a full request and the
    /// answer has not begun. Source: ALB user guide, access log entries.
    /// </summary>
    public bool NamesTarget { get; }
}
