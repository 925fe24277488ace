using System.Net;

namespace Weir.Diagnosis;

/// <summary>A target while it runs. Owned by one bench, and ended with it.</summary>
internal abstract class TargetServer : IDisposable
{
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>What it logs; null where that is out of reach.</summary>
    public TargetLog? Log { get; init; }

    /// <summary>That it runs no more, in a sentence; null while it does.</summary>
    public virtual Task<string?> HowItEnded(CancellationToken cancel) => Task.FromResult<string?>(null);

    public abstract void Dispose();
}
