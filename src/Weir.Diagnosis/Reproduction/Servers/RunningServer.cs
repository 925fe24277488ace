namespace Weir.Diagnosis;

/// <summary>A target that somebody else runs. Nothing of it is ours, so nothing is ended and no log can be read.</summary>
internal sealed class RunningServer : TargetServer
{
    public override async Task<string?> HowItEnded(CancellationToken cancel) =>
        await ServerProcess.Accepts(EndPoint, cancel) ? null : $"nobody accepts connections at {EndPoint} any more";

    public override void Dispose()
    {
    }
}
