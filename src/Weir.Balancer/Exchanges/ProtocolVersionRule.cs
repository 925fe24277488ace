using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>Which requests may go to target groups of which protocol version; the others are answered 464. Source: ALB user guide, target groups, protocol version.</summary>
internal static class ProtocolVersionRule
{
    public static bool Allows(Exchange exchange, TargetProtocolVersion version) => version switch
    {
        TargetProtocolVersion.Http1 => !exchange.Client.IsGrpc,
        TargetProtocolVersion.Http2 => exchange.Client.IsHttp2,
        _ => exchange.Client.IsHttp2 && exchange.Request.KnownMethod == RequestMethod.Post,
    };
}
