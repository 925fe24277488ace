namespace Weir.Diagnosis.Causes;

/// <summary>
/// One error, as much of it as finding its cause needs: a plain value of numbers, so that it can be written to a file and
/// read again. Owned by the <see cref="ErrorCaseStore"/>.
/// </summary>
internal struct ErrorCase
{
    /// <summary>What stands for a time that is not known, or an event that never came.</summary>
    public const int None = -1;

    public long CompletedMicroseconds;

    /// <summary>When it went to the target; of a request that never did, when it arrived.</summary>
    public long DispatchedMicroseconds;

    public ulong RequestKey;

    /// <summary>From dispatch (or arrival) to the error.</summary>
    public int TookMilliseconds;

    public int Node;

    public int Target;

    public int TargetGroup;

    /// <summary>The place of its request's tally, or <see cref="None"/>.</summary>
    public int Key;

    /// <summary>The outage that it belongs to, or <see cref="None"/>.</summary>
    public int Outage;

    /// <summary>Since the last answer on its node and target, 0.1 ms.</summary>
    public int GapTicks;

    /// <summary>Since the last request that went to the target by any node, among those that are over.</summary>
    public int QuietMilliseconds;

    /// <summary>Answers on its node and target within the window before it.</summary>
    public int AnswersInWindow;

    public float Confidence;

    public short ElbStatus;

    public ErrorShape Shape;

    /// <summary>What the line names, if it names anything, and the next best.</summary>
    public Cause Cause;

    public Cause Other;

    /// <summary>It went to the target.</summary>
    public bool IsSent;

    /// <summary>The line has a response time: an answer had begun.</summary>
    public bool HasResponseTime;

    /// <summary>All answers within the window before it are known: the log had begun, and no memory was short.</summary>
    public bool IsWindowWhole;
}
