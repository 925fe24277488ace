using Weir.Diagnosis.Probing;
using Weir.Output;

namespace Weir.Probing;

/// <summary>Tells a probe's progress to programs, a message at a time.</summary>
internal sealed class ProbeMessages(MessageWriter messages) : IProbeObserver
{
    public void OnContact(ProbeMeasurement soFar) =>
        messages.Say("contact", $"the target {soFar.Target} answers {soFar.Asked.StatusCode}", ("target", soFar.Target));

    public void OnCounted(ProbeMeasurement soFar) =>
        messages.Say("counted", $"requests on one connection: {ProbeWording.Requests(soFar)}");

    public void OnIdleMeasured(ProbeMeasurement soFar) =>
        messages.Say("idle", $"idle connections: {ProbeWording.Closes(IdleSummary.Of(soFar.Idle), rounds: 1)}");

    public void OnProgress(ProbeProgress progress) =>
        messages.Say("progress", progress.ToString(), ("seconds_left", (long)Math.Ceiling(progress.Left.TotalSeconds)));
}
