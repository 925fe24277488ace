using System.Net;

namespace Weir.Model;

/// <summary>One registered target, its address resolved; part of a snapshot, never changed, holds no health.</summary>
public sealed class TargetSnapshot
{
    public TargetSnapshot(string id, IPAddress address, int port)
    {
        Id = id;
        Address = address;
        Port = port;
        Key = new IPEndPoint(address, port).ToString();
    }

    /// <summary>The id as registered: an IP address or an instance id.</summary>
    public string Id { get; }

    public IPAddress Address { get; }

    public int Port { get; }

    /// <summary>`10.0.0.1:80` or `[::1]:80`: the stable name that pools, health and logs use across snapshots.</summary>
    public string Key { get; }
}
