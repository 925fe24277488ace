namespace Weir.Http;

/// <summary>A transfer coding, as far as it makes a difference. Source: RFC 9112 §7.</summary>
internal enum TransferCoding : byte
{
    Unknown,
    Chunked,
    Identity,

    /// <summary>compress, deflate, gzip: known to the protocol, not supported by the load balancer.</summary>
    Compressing,
}
