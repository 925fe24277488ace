using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>What is known of one target group's requests so far. Owned by the book of requests.</summary>
internal sealed class GroupState(int targetGroup, LagMemory memory, int lagBins)
{
    /// <summary>The group's number, -1 for requests that no group was chosen for.</summary>
    public int TargetGroup => targetGroup;

    public long Requests { get; set; }

    public long Answered { get; set; }

    public long Cuts { get; set; }

    public long Errors { get; set; }

    public LagControls Controls { get; } = new(memory, lagBins);

    /// <summary>Answered requests by the class of their target time.</summary>
    public long[] AnswerTimes { get; } = new long[TimeClasses.Count];

    /// <summary>Errors whose lags were kept.</summary>
    public int LaggedErrors { get; set; }
}
