using Weir.Http;

namespace Weir.Balancer;

/// <summary>Which Host a target gets. Source: ALB user guide, host header preservation.</summary>
internal static class HostRule
{
    public static void Append(ref HeadWriter writer, Exchange exchange)
    {
        RequestHead request = exchange.Client.Request;
        if (exchange.Listener.LoadBalancer.PreserveHostHeader && request.HostIndex >= 0)
        {
            FieldTable fields = request.Fields;
            for (int i = request.HostIndex; i >= 0; i = fields.IndexOf(KnownHeader.Host, i + 1))
            {
                writer.AppendField("Host"u8, fields.Value(i));
            }

            return;
        }

        ReadOnlySpan<byte> host = Requested(exchange);
        int port = exchange.Listener.Port;
        ReadOnlySpan<byte> name = WithoutPort(host);
        writer.Append("Host: "u8);
        if (port is 80 or 443)
        {
            writer.AppendLowerCase(name);
        }
        else
        {
            writer.AppendLowerCase(host);
            if (name.Length == host.Length && !host.IsEmpty)
            {
                writer.Append((byte)':');
                writer.AppendDecimal(port);
            }
        }

        writer.AppendLineEnd();
    }

    /// <summary>The host that was asked for, with its port if one was given: the target's authority, Host, or our own name.</summary>
    public static ReadOnlySpan<byte> Requested(Exchange exchange)
    {
        RequestHead request = exchange.Client.Request;
        if (request.TargetForm == TargetForm.Absolute && !request.Authority.IsEmpty)
        {
            return request.Authority;
        }

        // An empty one is legal, and names no host. Source: RFC 9112 §3.2.
        return request.Host.IsEmpty ? exchange.Listener.DnsName : request.Host;
    }

    /// <summary><c>host:port</c> or <c>[v6]:port</c> without the port.</summary>
    public static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> host)
    {
        int colon = host.LastIndexOf((byte)':');
        return colon < 0 || host[colon..].Contains((byte)']') ? host : host[..colon];
    }
}
