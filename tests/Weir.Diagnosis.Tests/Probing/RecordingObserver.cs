using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>Remembers what it is told.</summary>
internal sealed class RecordingObserver : IProbeObserver
{
    public List<string> Calls { get; } = [];

    public List<ProbeProgress> Progress { get; } = [];

    public Action? WhenCounted { get; init; }

    public Action? WhenIdleIsMeasured { get; init; }

    public void OnContact(ProbeMeasurement soFar) => Calls.Add("contact");

    public void OnCounted(ProbeMeasurement soFar)
    {
        Calls.Add("counted");
        WhenCounted?.Invoke();
    }

    public void OnIdleMeasured(ProbeMeasurement soFar)
    {
        Calls.Add("idle");
        WhenIdleIsMeasured?.Invoke();
    }

    public void OnProgress(ProbeProgress progress) => Progress.Add(progress);
}
