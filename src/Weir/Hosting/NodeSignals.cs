using System.Runtime.InteropServices;

namespace Weir.Hosting;

/// <summary>
/// The signals that a node obeys, each handed to the control thread. While the node starts, that thread may be waiting for a
/// name server or a file, so a signal to stop ends the process at once: nothing is served yet. SIGPIPE is ignored by the
/// runtime already.
/// </summary>
internal sealed class NodeSignals : IDisposable
{
    // Raw number, which the runtime takes as well. Linux, x64 and arm64.
    private const PosixSignal SIGUSR1 = (PosixSignal)10;

    private readonly PosixSignalRegistration[] _registrations;

    private readonly Action<Action> _post;
    private readonly Action<string> _stop;
    private readonly Action<ExitCode> _exit;
    private volatile bool _running;

    /// <param name="post">Hands work to the control thread.</param>
    /// <param name="exit">Ends the process, from any thread.</param>
    public NodeSignals(
        Action<Action> post, Action<string> stop, Action reload, Action reopenLog, Action<ExitCode> exit)
    {
        _post = post;
        _stop = stop;
        _exit = exit;
        _registrations =
        [
            On(PosixSignal.SIGTERM, () => Stop("SIGTERM", ExitCode.Terminated)),
            On(PosixSignal.SIGINT, () => Stop("SIGINT", ExitCode.Interrupted)),
            On(PosixSignal.SIGHUP, () => post(reload)),
            On(SIGUSR1, () => post(reopenLog)),
        ];
    }

    /// <summary>From here on the node may have clients: it drains before it stops.</summary>
    public void NodeRuns() => _running = true;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    internal void Stop(string signal, ExitCode code)
    {
        if (_running)
        {
            _post(() => _stop(signal));
        }
        else
        {
            _exit(code);
        }
    }

    private static PosixSignalRegistration On(PosixSignal signal, Action action) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Without this the runtime does what the signal does by default: it ends the process.
            context.Cancel = true;
            action();
        });
}
