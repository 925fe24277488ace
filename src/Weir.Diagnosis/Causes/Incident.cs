namespace Weir.Diagnosis.Causes;

/// <summary>Outages of one target that belong together, seen as a whole. Immutable; made once the log is read.</summary>
/// <param name="NotConnected">Errors without a connection in it.</param>
/// <param name="Cut">Cut requests in it.</param>
/// <param name="SpanSeconds">From its first error to its last.</param>
/// <param name="DownSeconds">From its first error until a request was answered again; infinite where none was.</param>
/// <param name="DarkSeconds">The longest time around its errors in which no request was sent and answered; infinite where it did not end.</param>
/// <param name="ToLogEndSeconds">From its last error until the last request of the log was sent; 0 where none was sent any more.</param>
/// <param name="Survivors">Requests that were under way and got their answer.</param>
/// <param name="Rolling">Nats for it being part of a row: other targets of the group had the same about then.</param>
internal sealed record Incident(
    long NotConnected, long Cut, double SpanSeconds, double DownSeconds, double DarkSeconds, double ToLogEndSeconds, long Survivors, double Rolling)
{
    /// <summary>The target had answered before, in this log.</summary>
    public bool HasAnswerBefore { get; init; }

    /// <summary>From when its first error was sent until its last one was.</summary>
    public double SentSpanSeconds { get; init; }

    // Shorter times are those of the log's clock.
    private const double LeastSentSeconds = 0.005;
    private const double MomentShare = 0.25;
    private const int LeastOfLarge = 5;

    /// <summary>Requests that were sent one after the other, and all ended at one moment: what ended them was one thing.</summary>
    public bool IsOneMoment => NotConnected + Cut > 1 && SentSpanSeconds >= LeastSentSeconds && SpanSeconds <= MomentShare * SentSpanSeconds;

    /// <summary>From its last error until a request was answered again: seconds in which nobody met an error, as nobody was sent there.</summary>
    public double QuietSeconds => DownSeconds - SpanSeconds;

    /// <summary>Whether it met several requests: then the target was away, and did not just refuse one.</summary>
    public bool IsLarge => NotConnected >= LeastOfLarge;

    /// <summary>Nats for it being over soon, by how many of its group's as large were: one that the log ends in tells no more itself.</summary>
    public double EndsAsOthers { get; init; }

    /// <summary>Incidents of this target in which it refused, in the whole log.</summary>
    public int OfSameTarget { get; init; }

    /// <summary>The same for an hour of the log.</summary>
    public double OfSameTargetPerHour { get; init; }
}
