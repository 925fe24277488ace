namespace Weir.Diagnosis;

/// <summary>A target that somebody else runs. Nothing of it is ours, so nothing is ended and no log can be read.</summary>
internal sealed class RunningServer : TargetServer
{
    public override void Dispose()
    {
    }
}
