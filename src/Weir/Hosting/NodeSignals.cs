using System.Runtime.InteropServices;

namespace Weir.Hosting;

/// <summary>The signals that a node obeys, each handed to the control thread. SIGPIPE is ignored by the runtime already.</summary>
internal sealed class NodeSignals : IDisposable
{
    // Raw number, which the runtime takes as well. Linux, x64 and arm64.
    private const PosixSignal SIGUSR1 = (PosixSignal)10;

    private readonly PosixSignalRegistration[] _registrations;

    public NodeSignals(ControlThread control, Action<string> stop, Action reload, Action reopenLog) => _registrations =
    [
        On(control, PosixSignal.SIGTERM, () => stop("SIGTERM")),
        On(control, PosixSignal.SIGINT, () => stop("SIGINT")),
        On(control, PosixSignal.SIGHUP, reload),
        On(control, SIGUSR1, reopenLog),
    ];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private static PosixSignalRegistration On(ControlThread control, PosixSignal signal, Action action) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Without this the runtime does what the signal does by default: it ends the process.
            context.Cancel = true;
            control.Post(action);
        });
}
