using System.Globalization;
using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// How well the times of a target's connections go with refusals, and with TLS that failed. Made once the log is read; weighs
/// each target when it is first asked for.
/// </summary>
internal sealed class ConnectionEvidence(RequestBook book, LogNames names)
{
    // The chance that a target is spoken TLS to, by its port: on 443 or something like it nearly always, on others hardly ever.
    private const double TlsOnTlsPort = 0.95, TlsOnOtherPort = 0.03;

    // A target may be farther away than its neighbours' fastest answers say.
    private const double Farther = 1.5;

    private readonly Dictionary<int, (double, double)> _weighed = [];
    private readonly ILookup<int, PoolState> _pools = book.Pools.ToLookup(static pool => pool.Target);
    private Dictionary<(int Group, int Node), ConnectSample>? _groups;

    /// <summary>Nats, of all errors without a connection of the target together.</summary>
    public (double Refusal, double Handshake) Of(int target)
    {
        if (!_weighed.TryGetValue(target, out (double, double) weighed))
        {
            weighed = Weigh(target);
            _weighed.Add(target, weighed);
        }

        return weighed;
    }

    /// <summary>Whether there are errors without a connection, and TLS is what most likely failed.</summary>
    public bool FailsInTls(int target) => Failing(target).Any() && Of(target) is var times && times.Handshake > times.Refusal;

    private IEnumerable<PoolState> Failing(int target) => _pools[target].Where(static pool => pool.NotConnected is not null);

    private (double Refusal, double Handshake) Weigh(int target)
    {
        PoolState[] pools = [.. Failing(target)];
        int group = book.Target(target).TargetGroup;
        double tls = IsTlsPort(target) ? TlsOnTlsPort : TlsOnOtherPort;
        double plainly = Math.Log(1 - tls), beforeTls = Math.Log(tls), failed = Math.Log(tls);
        foreach (PoolState pool in pools)
        {
            // A target that never answered a node is most likely as far away from it as its neighbours, and spoken to as they are.
            ConnectSample sample = pool.FastestMilliseconds is { } fastest
                ? new ConnectSample(pool.NotConnected!, pool.SentAfter!, fastest)
                : OfGroup(group, pool.Node) with { Failed = pool.NotConnected! };
            ConnectTimes times = ConnectTimes.Weigh(sample, pools.Length);
            plainly += times.Refused;
            beforeTls += times.RefusedBeforeTls;
            failed += times.Failed;
        }

        double greater = Math.Max(plainly, beforeTls);
        return (greater + Math.Log(Math.Exp(plainly - greater) + Math.Exp(beforeTls - greater)), failed);
    }

    private ConnectSample OfGroup(int group, int node)
    {
        _groups ??= book.Pools.Where(static pool => pool.SentAfter is not null)
            .GroupBy(pool => (book.Target(pool.Target).TargetGroup, pool.Node))
            .ToDictionary(static pools => pools.Key, static pools => Together([.. pools]));
        return _groups.GetValueOrDefault((group, node), new ConnectSample([], [], null));
    }

    private static ConnectSample Together(PoolState[] pools)
    {
        var sent = new int[ConnectTimes.Places];
        foreach (PoolState pool in pools)
        {
            for (int i = 0; i < sent.Length; i++)
            {
                sent[i] += pool.SentAfter![i];
            }
        }

        return new ConnectSample([], sent, (int?)(pools.Min(static pool => pool.FastestMilliseconds) * Farther));
    }

    private bool IsTlsPort(int target)
    {
        string name = target >= 0 && target < names.Targets.Count ? names.Targets[target] : "";
        return int.TryParse(name.AsSpan(name.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out int port) && port % 1000 == 443;
    }
}
