namespace Weir.Http;

/// <summary>
/// Every limit of the HTTP/1.1 codecs, in one place. Parsers own no other limit; none of these is configurable,
/// because the load balancer that is imitated has none to configure.
/// </summary>
public static class HttpLimits
{
    /// <summary>
    /// Bytes of a request line, its CR included and its LF not: of a CRLF line 16 383 bytes of content pass.
    /// Source: ALB user guide (16 K).
    /// </summary>
    public const int RequestLineBytes = 16 * 1024;

    /// <summary>
    /// Bytes of one header line, counted as <see cref="RequestLineBytes"/>.
    /// Source: ALB user guide (16 K); ALB, observed: a line of 16 384 bytes is refused, one of 16 383 is not.
    /// </summary>
    public const int HeaderLineBytes = 16 * 1024;

    /// <summary>
    /// Bytes of all header lines of a request, their line ends and the empty line included.
    /// Source: ALB user guide (64 K).
    /// </summary>
    public const int RequestHeadersBytes = 64 * 1024;

    /// <summary>
    /// Bytes of a response's whole head after the status line, counted as <see cref="RequestHeadersBytes"/>; also the
    /// limit of its status line. One line may use all of it. Source: ALB user guide (32 K).
    /// </summary>
    public const int ResponseHeadersBytes = 32 * 1024;

    /// <summary>
    /// Fields of one message. ALB documents none; 512 is five times what Apache, Kestrel and HAProxy allow by default
    /// and bounds the field table to 8 KiB, so that 64 K of four-byte lines cannot become 16 000 entries.
    /// </summary>
    public const int HeaderCount = 512;

    /// <summary>
    /// Empty lines skipped before a request line. Source: RFC 9112 §2.2 asks for at least one; old clients send one
    /// CRLF after a POST body, so a few are room enough.
    /// </summary>
    public const int LeadingEmptyLines = 4;

    /// <summary>
    /// Options in all Connection fields together. Each is looked up in the field table, so the product must stay
    /// small (64 × 512 comparisons); real messages have one to three.
    /// </summary>
    public const int ConnectionOptions = 64;

    /// <summary>
    /// Hexadecimal digits of a chunk size: 16 hold every 64-bit number, leading zeros count.
    /// Source: RFC 9112 §7.1 (recipients must guard against overflow).
    /// </summary>
    public const int ChunkSizeDigits = 16;

    /// <summary>
    /// Bytes after the size on one chunk line. Source: RFC 9112 §7.1.1 (extensions ought to be limited).
    /// </summary>
    public const int ChunkExtensionBytes = 4 * 1024;

    /// <summary>
    /// Bytes of chunk lines beyond what the data earned, over the whole body: each chunk earns
    /// <see cref="ChunkOverheadAllowanceBytes"/> and twice its data. It stops bodies made of one-byte chunks with
    /// long extensions, which cost much and carry nothing.
    /// </summary>
    public const int ChunkOverheadBytes = 16 * 1024;

    /// <summary>Bytes of chunk line that every chunk may have for nothing.</summary>
    public const int ChunkOverheadAllowanceBytes = 16;

    /// <summary>
    /// Bytes of a trailer section with its final empty line. It must fit a connection's buffer beside nothing else,
    /// as the decoder consumes it in one piece; ALB documents no limit.
    /// </summary>
    public const int TrailerBytes = 8 * 1024;

    /// <summary>Fields of a trailer section.</summary>
    public const int TrailerCount = 64;
}
