using System.Net;
using System.Text;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One registered target as one loop sees it: its pool and the exchanges on it. Outlives snapshots as long as the target
/// stays registered under its address; its health is shared by all loops.
/// </summary>
internal sealed class LoopTarget
{
    public LoopTarget(BalancerLoop owner, TargetSnapshot snapshot, TargetHealth health, GroupReuse reuse, TargetCloses closes)
    {
        Snapshot = snapshot;
        Health = health;
        Reuse = reuse;
        Closes = closes;
        EndPoint = new IPEndPoint(snapshot.Address, snapshot.Port);
        Key = Encoding.ASCII.GetBytes(snapshot.Key);
        Pool = new TargetPool(owner, this);
    }

    public TargetSnapshot Snapshot { get; }

    public TargetHealth Health { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary><c>ip:port</c>, as the log shows it.</summary>
    public byte[] Key { get; }

    public TargetPool Pool { get; }

    /// <summary>When it closes idle connections, as far as it says so.</summary>
    public AdvertisedTime Advertised { get; } = new();

    /// <summary>When it closes idle connections, as far as all loops have seen.</summary>
    public TargetCloses Closes { get; }

    /// <summary>What is known and counted of the whole group's connections.</summary>
    public GroupReuse Reuse { get; }

    public required TargetProtocol Protocol { get; init; }

    public required TargetProtocolVersion ProtocolVersion { get; init; }

    /// <summary>Its connections carry many requests at once.</summary>
    public bool IsHttp2 => ProtocolVersion != TargetProtocolVersion.Http1;

    /// <summary>For new connections; null for plain HTTP.</summary>
    public TargetTls? Tls
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                TlsSessions = null;
            }
        }
    }

    /// <summary>What new connections take up where it can be; made with the first of them.</summary>
    public TlsSessionCache? TlsSessions { get; set; }

    /// <summary>How long requests in flight may go on after it is deregistered.</summary>
    public TimeSpan DeregistrationDelay { get; set; }

    /// <summary>No longer registered: no new requests; those in flight go on until the deregistration delay is over.</summary>
    public bool IsDeregistered { get; set; }

    /// <summary>It has said something of when it closes; where that is new, it counts for the whole group.</summary>
    public void LearnIf(bool isNew)
    {
        if (isNew)
        {
            Reuse.Learn();
        }
    }
}
