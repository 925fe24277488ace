namespace Weir.Model;

/// <summary>The HTTP version the targets of a group speak. Source: ALB user guide, protocol version.</summary>
public enum TargetProtocolVersion
{
    Http1,
    Http2,
    Grpc,
}
