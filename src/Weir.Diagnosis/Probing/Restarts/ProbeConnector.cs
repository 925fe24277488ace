using System.Globalization;
using System.Net;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// Opens the connections of one probe to a target that has answered before, and notices when it is gone for a while. Owned
/// by the probe.
/// </summary>
internal sealed class ProbeConnector(IPEndPoint target, string? tlsName, bool isHttp2, TimeProvider time)
{
    /// <summary>Where they all go.</summary>
    public IPEndPoint Target => target;

    /// <summary>The name for TLS; null for connections without.</summary>
    public string? TlsName => tlsName;

    /// <summary>What is spoken on them.</summary>
    public bool IsHttp2 => isHttp2;

    /// <summary>Whether it refused a connection after it had answered: it stopped, whether or not it was started again.</summary>
    public bool HasSeenRestart { get; private set; }

    /// <summary>Opens one now; throws <see cref="ProbeException"/> if that cannot be done.</summary>
    public Task<ProbeConnection> Open(CancellationToken cancel) => ProbeConnection.Open(target, tlsName, isHttp2, time, cancel);

    /// <summary>Opens one that says nothing yet, not even of TLS, and waits for a target that is being started again.</summary>
    public Task<ProbeConnection> OpenSilentPatiently(CancellationToken cancel) =>
        Patiently(() => ProbeConnection.Open(target, null, isHttp2 && tlsName is null, time, cancel), cancel);

    /// <summary>Opens one, and waits for a target that is being started again.</summary>
    public Task<ProbeConnection> OpenPatiently(CancellationToken cancel) => Patiently(() => Open(cancel), cancel);

    /// <summary>Whether the target refuses connections at this moment; if so, it is there again when this returns.</summary>
    public async Task<bool> WasGone(CancellationToken cancel)
    {
        bool isRefused = false;
        (await Patiently(
            () => ProbeConnection.Open(target, null, isHttp2: false, time, cancel), cancel, () => isRefused = true)).Dispose();
        return isRefused;
    }

    private async Task<ProbeConnection> Patiently(Func<Task<ProbeConnection>> open, CancellationToken cancel, Action? onRefusal = null)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await open();
            }
            catch (ProbeException exception) when (exception.IsRefusal)
            {
                HasSeenRestart = true;
                onRefusal?.Invoke();
            }

            if (time.GetElapsedTime(start) > ProbeLimits.Restart)
            {
                throw new ProbeException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target} has answered, and then stopped while it was probed: it refused connections for {ProbeLimits.Restart.TotalSeconds:0} s"));
            }

            await Task.Delay(ProbeLimits.RestartInterval, time, cancel);
        }
    }
}
