using Weir.Balancer;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>The two connections that carry an exchange, whatever is spoken on them.</summary>
internal static class ExchangeSides
{
    public static Connection ClientConnection(this Exchange exchange) =>
        exchange.Client is Http2ClientStream stream ? stream.Connection : ((Http1Client)exchange.Client).Connection;

    /// <summary>Null: there is none.</summary>
    public static Connection? TargetConnection(this Exchange exchange) => exchange.Stream switch
    {
        Http1Target target => target.Connection,
        Http2TargetStream stream => stream.Link.Connection,
        _ => null,
    };
}
