namespace Weir.Balancer;

/// <summary>What a client of gRPC is told beside an HTTP status code of the balancer's own.</summary>
internal static class GrpcStatus
{
    /// <summary>Lines of header fields. Source: ALB, observed (502: 14, unavailable); gRPC, HTTP to gRPC status code mapping.</summary>
    public static ReadOnlySpan<byte> FieldsOf(int httpCode) => httpCode switch
    {
        400 => "content-type: application/grpc\r\ngrpc-status: 13\r\ngrpc-message: internal\r\n"u8,
        401 => "content-type: application/grpc\r\ngrpc-status: 16\r\ngrpc-message: unauthenticated\r\n"u8,
        403 => "content-type: application/grpc\r\ngrpc-status: 7\r\ngrpc-message: permission denied\r\n"u8,
        404 => "content-type: application/grpc\r\ngrpc-status: 12\r\ngrpc-message: unimplemented\r\n"u8,
        429 or 502 or 503 or 504 => "content-type: application/grpc\r\ngrpc-status: 14\r\ngrpc-message: unavailable\r\n"u8,
        _ => "content-type: application/grpc\r\ngrpc-status: 2\r\ngrpc-message: unknown\r\n"u8,
    };
}
