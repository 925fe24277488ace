namespace Weir.Diagnosis;

/// <summary>For traffic that runs beside what is being shown.</summary>
internal sealed class SilentObserver : IReproductionObserver
{
    public static readonly SilentObserver Instance = new();

    public void OnServer(ServerDescription server)
    {
    }

    public void OnMeasured(IdleClose close)
    {
    }

    public void OnPhaseBegins(ReproductionPhase phase)
    {
    }

    public void OnProgress(string sentence)
    {
    }

    public void OnPair(ReproductionPhase phase, RacePair pair)
    {
    }

    public void OnPhaseEnds(PhaseReport report)
    {
    }
}
