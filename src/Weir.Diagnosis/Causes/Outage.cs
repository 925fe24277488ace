namespace Weir.Diagnosis.Causes;

/// <summary>
/// Errors of one target, one after the other, with no request between them that was sent and answered: often one alone.
/// A plain value, owned by the book of requests.
/// </summary>
internal struct Outage
{
    public int Target;

    public int TargetGroup;

    /// <summary>The errors without a connection, and those cut.</summary>
    public int NotConnected;

    public int Cut;

    /// <summary>Requests that were under way at one of the errors and got their answer later.</summary>
    public int Survivors;

    public long FirstMicroseconds;

    public long LastMicroseconds;

    /// <summary>When the first and the last of its errors were sent.</summary>
    public long FirstSentMicroseconds;

    public long LastSentMicroseconds;

    /// <summary>When the last request was sent before the outage that got its answer; 0: none was seen.</summary>
    public long AnsweredBeforeMicroseconds;

    /// <summary>When the first request was sent after it that got its answer; 0: none was seen.</summary>
    public long AnsweredAfterMicroseconds;

    /// <summary>Whether it is more than a single cut: what a restart leaves, and a race does not.</summary>
    public readonly bool IsSubstantial => NotConnected > 0 || (Cut > 1 && LastMicroseconds - FirstMicroseconds < 60_000_000);
}
