namespace Weir.Diagnosis.Probing;

/// <summary>What a probe came to.</summary>
public enum ProbeOutcome
{
    /// <summary>The target outlives the balancer's idle timeout, or keeps no connection that could be lost.</summary>
    Safe,

    /// <summary>A request can meet the target's close.</summary>
    NotSafe,

    /// <summary>What was measured does not say.</summary>
    NotMeasured,
}
