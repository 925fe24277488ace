using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>What one ended exchange adds to the counters. Source: ALB user guide, CloudWatch metrics (rules of counting).</summary>
internal static class ExchangeCounting
{
    public static void Count(Exchange exchange, LoopCounters counters)
    {
        counters.Add(Counter.RequestsInFlight, -1);
        counters.Add(Counter.Requests);
        counters.Add(Counter.ReceivedBytes, exchange.Client.ReceivedBytes);
        counters.Add(Counter.SentBytes, exchange.Client.SentBytes);
        if (exchange.Request.Classification != Classification.Compliant)
        {
            counters.Add(Counter.NonCompliantRequests);
        }

        if (exchange.Target is not null && HasInvalidName(exchange.Request.Fields))
        {
            counters.Add(exchange.Listener.LoadBalancer.DropInvalidHeaderFields
                ? Counter.RequestsWithDroppedHeaders
                : Counter.RequestsWithInvalidHeaders);
        }

        if (exchange.IsNonSticky)
        {
            counters.Add(Counter.NonStickyRequests);
        }

        if (exchange.HeadSent)
        {
            counters.AddTargetCode(exchange.Response.StatusCode);
        }

        FailureReason reason = exchange.Failure.Reason;
        if (reason != FailureReason.None)
        {
            counters.Add(reason);
            exchange.Target?.Reuse.Add(reason);
            int code = FailureTable.Of(reason).StatusCode;
            if (!exchange.HeadSent && code != 0)
            {
                counters.AddElbCode(code);
            }

            // Under TLS 1.3 a target refuses its client when the handshake is done on this side. Source: RFC 8446 §4.4, figure 1
            if (exchange.Failure is { End: ConnectionEnd.TlsFailed, Reused: false, ResponseBytes: 0, TlsProblem.Kind: TlsFailureKind.CertificateWanted })
            {
                counters.Add(Counter.TargetTlsErrors);
            }
        }
    }

    private static bool HasInvalidName(FieldTable fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if ((fields[i].Flags & FieldFlags.InvalidName) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
