using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>Which requests may go to target groups of which protocol version; the others are answered 464. Source: ALB user guide, target groups, protocol version.</summary>
internal static class ProtocolVersionRule
{
    public static bool Allows(Exchange exchange, TargetProtocolVersion version) => version switch
    {
        TargetProtocolVersion.Http1 => !exchange.IsGrpc,
        TargetProtocolVersion.Http2 => exchange.Client.IsHttp2,
        _ => exchange.Client.IsHttp2 && exchange.Request.KnownMethod == RequestMethod.Post,
    };

    /// <summary>
    /// A call by gRPC: HTTP/2, and a content type of <c>application/grpc</c>, perhaps with a message format behind a plus sign.
    /// Source: gRPC over HTTP2, Requests.
    /// </summary>
    public static bool IsGrpc(ClientStream client)
    {
        FieldTable fields = client.Request.Fields;
        int index = client.IsHttp2 ? fields.IndexOf(KnownHeader.ContentType) : -1;
        if (index < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> type = fields.Value(index);
        ReadOnlySpan<byte> grpc = "application/grpc"u8;
        return type.Length >= grpc.Length && System.Text.Ascii.EqualsIgnoreCase(type[..grpc.Length], grpc)
            && (type.Length == grpc.Length || type[grpc.Length] is (byte)'+' or (byte)';' or (byte)' ');
    }
}
