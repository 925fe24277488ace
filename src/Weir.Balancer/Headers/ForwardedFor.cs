using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>X-Forwarded-For in its three modes. Several lines of it become one. Source: ALB user guide, X-Forwarded headers.</summary>
internal static class ForwardedFor
{
    /// <summary>Addresses that a request may carry; one more is answered 463. Source: ALB user guide.</summary>
    public const int MaxAddresses = 30;

    public static int CountAddresses(RequestHead request)
    {
        int count = 0;
        FieldTable fields = request.Fields;
        for (int i = fields.IndexOf(KnownHeader.XForwardedFor); i >= 0; i = fields.IndexOf(KnownHeader.XForwardedFor, i + 1))
        {
            ReadOnlySpan<byte> value = fields.Value(i);
            count += value.IsEmpty ? 0 : value.Count((byte)',') + 1;
        }

        return count;
    }

    public static void Append(ref HeadWriter writer, Exchange exchange)
    {
        LoadBalancerSnapshot loadBalancer = exchange.Listener.LoadBalancer;
        FieldTable fields = exchange.Client.Request.Fields;
        bool append = loadBalancer.XffHeaderProcessing == XffHeaderProcessing.Append;
        if (loadBalancer.XffHeaderProcessing == XffHeaderProcessing.Remove
            || (!append && !fields.Contains(KnownHeader.XForwardedFor)))
        {
            return;
        }

        writer.Append("X-Forwarded-For: "u8);
        bool first = true;
        for (int i = fields.IndexOf(KnownHeader.XForwardedFor); i >= 0; i = fields.IndexOf(KnownHeader.XForwardedFor, i + 1))
        {
            AppendItem(ref writer, fields.Value(i), ref first);
        }

        if (append)
        {
            AppendItem(
                ref writer, loadBalancer.XffClientPort ? exchange.Peer.AddressAndPort : exchange.Peer.Address, ref first);
        }

        writer.AppendLineEnd();
    }

    private static void AppendItem(ref HeadWriter writer, ReadOnlySpan<byte> item, ref bool first)
    {
        if (item.IsEmpty)
        {
            return;
        }

        if (!first)
        {
            writer.Append(", "u8);
        }

        writer.Append(item);
        first = false;
    }
}
