namespace Weir.Diagnosis.Probing;

/// <summary>Is told how a probe goes, while it goes. Calls come one after the other.</summary>
public interface IProbeObserver
{
    /// <summary>The target has answered for the first time.</summary>
    void OnContact(ProbeMeasurement soFar);

    /// <summary>The requests that connections get are counted.</summary>
    void OnCounted(ProbeMeasurement soFar);

    /// <summary>The idle connections of all rounds have ended, or were found alive.</summary>
    void OnIdleMeasured(ProbeMeasurement soFar);

    /// <summary>What is waited for, about once a second.</summary>
    void OnProgress(ProbeProgress progress);
}
