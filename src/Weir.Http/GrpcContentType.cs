using System.Text;

namespace Weir.Http;

/// <summary>
/// The content type of a call by gRPC: <c>application/grpc</c>, perhaps with a message format behind a plus sign.
/// Source: gRPC over HTTP2, Requests.
/// </summary>
public static class GrpcContentType
{
    /// <summary>Whether the value of a Content-Type is that of a call.</summary>
    public static bool Is(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> grpc = "application/grpc"u8;
        return value.Length >= grpc.Length && Ascii.EqualsIgnoreCase(value[..grpc.Length], grpc)
            && (value.Length == grpc.Length || value[grpc.Length] is (byte)'+' or (byte)';' or (byte)' ');
    }
}
