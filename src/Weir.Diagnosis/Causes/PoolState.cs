using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>One node's requests to one target: where connections are kept and used again. Owned by the book of requests.</summary>
internal sealed class PoolState(LagMemory memory, uint windowTicks)
{
    public CompletionRing Answers { get; } = new(memory, windowTicks);
}
