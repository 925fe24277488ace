using System.Text;
using Weir.AccessLogs;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// A listener of one snapshot as one loop uses it: the configuration together with every text that can be made
/// beforehand. Immutable; an exchange takes it once and keeps it to its end.
/// </summary>
internal sealed class ListenerView
{
    public ListenerView(
        LoadBalancerSnapshot loadBalancer,
        ListenerSnapshot snapshot,
        int port,
        LoopForward defaultAction,
        AccessLogBuffer? accessLog,
        AccessLogBuffer? connectionLog,
        ListenerTls? tls)
    {
        Tls = tls;
        LoadBalancer = loadBalancer;
        Snapshot = snapshot;
        Port = port;
        DefaultAction = defaultAction;
        AccessLog = accessLog;
        ConnectionLog = connectionLog;
        TlsHeaders = TlsHeaders.Of(loadBalancer, snapshot);
        IdleTimeoutMs = (long)loadBalancer.IdleTimeout.TotalMilliseconds;
        ResourceId = Encoding.ASCII.GetBytes(loadBalancer.ResourceId);
        DnsName = Encoding.ASCII.GetBytes(loadBalancer.DnsName);
        Address = Encoding.ASCII.GetBytes(loadBalancer.ListenAddress.ToString());
        ForwardedProtoAndPort = Encoding.ASCII.GetBytes($"X-Forwarded-Proto: {AwsNames.SchemeOf(snapshot.Protocol)}\r\nX-Forwarded-Port: {port}\r\n");
    }

    public LoadBalancerSnapshot LoadBalancer { get; }

    public ListenerSnapshot Snapshot { get; }

    /// <summary>Null: plain HTTP.</summary>
    public ListenerTls? Tls { get; }

    /// <summary>Null: targets are told nothing of the client's TLS.</summary>
    public TlsHeaders? TlsHeaders { get; }

    public bool IsHttps => Snapshot.Protocol == ListenerProtocol.Https;

    /// <summary>The port bound: the configured one, or what the system chose for 0.</summary>
    public int Port { get; }

    public LoopForward DefaultAction { get; }

    /// <summary>Null when the access log is off.</summary>
    public AccessLogBuffer? AccessLog { get; }

    /// <summary>Null when the connection log is off.</summary>
    public AccessLogBuffer? ConnectionLog { get; }

    public long IdleTimeoutMs { get; }

    /// <summary><c>app/name/id</c></summary>
    public byte[] ResourceId { get; }

    public byte[] DnsName { get; }

    /// <summary>The node's address.</summary>
    public byte[] Address { get; }

    /// <summary>The two request header lines that are the same for every request of the listener.</summary>
    public byte[] ForwardedProtoAndPort { get; }
}
