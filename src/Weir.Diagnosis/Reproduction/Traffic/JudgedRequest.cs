namespace Weir.Diagnosis;

/// <summary>A request of a phase, judged. Immutable.</summary>
/// <param name="MetTheMoment">It came when its connection was about to be closed.</param>
/// <param name="IsRace">The race itself: it got 502, and by what the balancer and the relay saw that was the target's close.</param>
/// <param name="IsUndecided">It got 502, and whether that was the target's idle close, only the target can tell.</param>
/// <param name="Fault">What is wrong with its answer, in a few words; null if it is good.</param>
internal sealed record JudgedRequest(RaceRequest Request, bool MetTheMoment, bool IsRace, bool IsUndecided, string? Fault)
{
    /// <summary>It met the target's close, whatever became of it then.</summary>
    public bool HasMetClose => IsRace || Request.IsSentAgain;

    /// <summary>It met a close that the target had announced, and came to no harm.</summary>
    public bool IsSentAgain => Request.IsSentAgain && Fault is null;
}
