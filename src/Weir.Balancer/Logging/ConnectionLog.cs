using Weir.AccessLogs;

namespace Weir.Balancer;

/// <summary>
/// The connection-log line of a client's connection: one for each, when it is set up or its handshake has failed.
/// Source: ALB user guide, connection log entries.
/// </summary>
internal static class ConnectionLog
{
    /// <summary>It speaks plain HTTP.</summary>
    public static void Plain(BalancerLoop owner, ListenerView listener, in PeerText peer) => Write(owner, listener, peer, null, null, default);

    /// <summary>Its handshake is done.</summary>
    public static void Agreed(BalancerLoop owner, ListenerView listener, in PeerText peer, ClientTls tls, long handshakeMicros) =>
        Write(owner, listener, peer, tls, handshakeMicros, "Success"u8);

    /// <summary>Its handshake was not done. What had been agreed on until then is told.</summary>
    public static void Failed(BalancerLoop owner, ListenerView listener, in PeerText peer, ClientTls? tls, ReadOnlySpan<byte> status) =>
        Write(owner, listener, peer, tls, null, status);

    private static void Write(
        BalancerLoop owner, ListenerView listener, in PeerText peer, ClientTls? tls, long? handshakeMicros, ReadOnlySpan<byte> status) =>
        listener.ConnectionLog?.Append(new ConnectionLogRecord
        {
            TimeUnixMicroseconds = owner.Loop.UnixMicros,
            ClientAddress = peer.Address,
            ClientPort = peer.Port,
            ListenerPort = listener.Port,
            TlsProtocol = tls?.Protocol,
            TlsCipher = tls?.Cipher,
            TlsHandshakeMicroseconds = handshakeMicros,
            LeafClientCertSubject = tls?.Certificate?.Subject,
            LeafClientCertValidity = tls?.Certificate?.Validity,
            LeafClientCertSerialNumber = tls?.Certificate?.SerialNumber,
            TlsVerifyStatus = status,
            ConnectionTraceId = peer.ConnectionTraceId,
            TlsKeyExchange = tls?.KeyExchange,
            LoadBalancer = listener.ResourceId,
            IpAddress = listener.Address,
        });
}
