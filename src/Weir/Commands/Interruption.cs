using System.Runtime.InteropServices;
using Weir.Output;

namespace Weir.Commands;

/// <summary>
/// What may end a command before its end: a signal, or that nobody reads its output any more. The command is asked, since
/// it has something to clear away, and ends with the code for it. Owned by one command.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _code;

    public Interruption()
    {
        // The terminal is gone where it hangs up.
        _signals =
        [
            On(PosixSignal.SIGINT, ExitCode.Interrupted),
            On(PosixSignal.SIGTERM, ExitCode.Terminated),
            On(PosixSignal.SIGHUP, ExitCode.Terminated),
        ];
        if (OperatingSystem.IsLinux())
        {
            OutputReader.WhenGone(() => Stop(ExitCode.ReaderGone));
        }
    }

    public CancellationToken Token => _stop.Token;

    public bool IsAsked => _stop.IsCancellationRequested;

    /// <summary>Says that the command ends early, unless whoever read it has gone; and the code to end with.</summary>
    public ExitCode End(MessageWriter messages, string sentence)
    {
        var code = (ExitCode)_code;
        if (code != ExitCode.ReaderGone)
        {
            messages.Fail("stopped", sentence);
        }

        return code;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        // The token source is not disposed of: the reader may go at any time.
    }

    private PosixSignalRegistration On(PosixSignal signal, ExitCode code) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Stop(code);
    });

    private void Stop(ExitCode code)
    {
        _ = Interlocked.CompareExchange(ref _code, (int)code, 0);
        _stop.Cancel();
    }
}
