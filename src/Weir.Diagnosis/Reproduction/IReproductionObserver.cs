namespace Weir.Diagnosis;

/// <summary>Hears of a reproduction while it runs. Called by one thread at a time; must not block for long.</summary>
public interface IReproductionObserver
{
    /// <summary>The server that plays the target, before anything is measured.</summary>
    void OnServer(ServerDescription server);

    void OnMeasured(IdleClose close);

    void OnPhaseBegins(ReproductionPhase phase);

    /// <summary>What is going on now, for somebody who waits.</summary>
    void OnProgress(string sentence);

    void OnPair(ReproductionPhase phase, RacePair pair);

    void OnPhaseEnds(PhaseReport report);
}
