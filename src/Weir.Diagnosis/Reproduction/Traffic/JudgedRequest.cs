namespace Weir.Diagnosis;

/// <summary>A request of a phase, judged. Immutable.</summary>
/// <param name="MetTheMoment">It came when its connection was about to be closed.</param>
/// <param name="Fault">What is wrong with its answer, in a few words; null if it is good.</param>
internal sealed record JudgedRequest(RaceRequest Request, bool MetTheMoment, string? Fault)
{
    /// <summary>The race itself: it met the moment and the balancer answered 502.</summary>
    public bool IsRace => MetTheMoment && Request.Is502;
}
