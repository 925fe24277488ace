using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Health;

/// <summary>The health checks of one target, or of several taken together. Owned by the <see cref="HealthCheckBook"/>, or by who asked it.</summary>
internal sealed class TargetChecks
{
    // A target has a few reasons to fail, and a log may be made up.
    private const int MaxReasons = 8;

    public long Count { get; private set; }

    public long Failed { get; private set; }

    /// <summary>Why checks failed, as the log names it, and how often.</summary>
    public Dictionary<string, long> Reasons { get; } = new(StringComparer.Ordinal);

    public void Add(in LoggedHealthCheck check)
    {
        Count++;
        if (!check.IsPassed)
        {
            Failed++;
            AddReason(check.Reason ?? "no reason given", 1);
        }
    }

    public void Add(TargetChecks others)
    {
        Count += others.Count;
        Failed += others.Failed;
        foreach ((string reason, long count) in others.Reasons)
        {
            AddReason(reason, count);
        }
    }

    private void AddReason(string reason, long count)
    {
        if (Reasons.Count < MaxReasons || Reasons.ContainsKey(reason))
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + count;
        }
    }
}
