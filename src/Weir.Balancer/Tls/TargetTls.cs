using System.Net;
using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>How one group's targets are spoken to over TLS. Immutable.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TargetTls(TlsContext context, bool verifies, string serverName, bool needsHttp2)
{
    /// <summary>Source: ALB user guide: a TLS handshake with a target is given 10 seconds.</summary>
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with a target that speaks TLS, and does not choose HTTP/2.</summary>
    public static readonly TargetTlsProblem NoHttp2 =
        new(TlsFailureKind.NoApplicationProtocol, "the target did not choose HTTP/2 (h2) by ALPN");

    /// <summary>Puts TLS on a new connection; the handshake is the next thing to do.</summary>
    /// <param name="connection">To the target.</param>
    /// <param name="address">The target's.</param>
    /// <param name="sessions">Where one of its sessions may be taken up; null: the certificate is to be shown.</param>
    public TlsConnection Begin(Connection connection, IPAddress address, TlsSessionCache? sessions)
    {
        var tls = new TlsConnection(connection, context);
        if (serverName.Length > 0)
        {
            tls.AskFor(serverName);
        }

        if (verifies)
        {
            tls.Expect(serverName.Length > 0 ? serverName : address.ToString());
        }

        if (sessions is not null)
        {
            tls.Resume(sessions);
        }

        return tls;
    }

    /// <summary>After the handshake: the version of HTTP that the group has is the one that was agreed on. Source: RFC 9113 §3.2</summary>
    public bool IsAgreed(TlsConnection connection) => !needsHttp2 || connection.Agreement.ApplicationProtocol == ListenerTls.Http2;
}
