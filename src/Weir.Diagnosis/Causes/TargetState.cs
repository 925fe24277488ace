namespace Weir.Diagnosis.Causes;

/// <summary>What is known of one target so far, seen by all nodes. Owned by the book of requests.</summary>
internal sealed class TargetState(int target)
{
    public int Target => target;

    /// <summary>The group of its last request.</summary>
    public int TargetGroup { get; set; }

    public long Requests { get; private set; }

    public long FirstSentMicroseconds { get; private set; }

    public long LastSentMicroseconds { get; private set; }

    /// <summary>Of requests that got an answer.</summary>
    public long LastAnsweredSentMicroseconds { get; private set; }

    /// <summary>The shortest time in which it answered: no less than a round trip. Null where it never did.</summary>
    public int? FastestMilliseconds { get; private set; }

    /// <summary>The outage that no answered request has ended yet, or -1.</summary>
    public int OpenOutage { get; set; } = -1;

    /// <summary>Requests a second, over the time in which this target got any.</summary>
    public double RequestsPerSecond => LastSentMicroseconds > FirstSentMicroseconds
        ? (Requests - 1) * 1e6 / (LastSentMicroseconds - FirstSentMicroseconds)
        : 0;

    public void Answered(int milliseconds) => FastestMilliseconds = Math.Min(FastestMilliseconds ?? int.MaxValue, milliseconds);

    public void Sent(long microseconds, bool isAnswered)
    {
        FirstSentMicroseconds = Requests++ == 0 ? microseconds : Math.Min(FirstSentMicroseconds, microseconds);
        LastSentMicroseconds = Math.Max(LastSentMicroseconds, microseconds);
        if (isAnswered)
        {
            LastAnsweredSentMicroseconds = Math.Max(LastAnsweredSentMicroseconds, microseconds);
        }
    }
}
