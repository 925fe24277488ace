namespace Weir.Balancer;

/// <summary>
/// A piece of a body, without any protocol's framing, in a buffer of the stream that read it; valid until that stream is
/// read again. The bytes around it (<see cref="RoomBefore"/>, <see cref="RoomAfter"/>) may be overwritten by whoever
/// sends it on, so that a chunk size or a frame header needs no copy and no second system call.
/// </summary>
internal readonly struct BodyChunk
{
    /// <summary>Room that a reader leaves before a piece wherever it can: a chunk-size line needs 18, an HTTP/2 frame header 9.</summary>
    public const int FramingBefore = 24;

    /// <summary>Room that a reader leaves behind a piece: CRLF, and the last chunk.</summary>
    public const int FramingAfter = 8;

    /// <summary>
    /// The most that is received at once to be sent on: with its framing, or a head, it is what the kernel passes through the
    /// network's stack as one packet (44 segments of 1,448 bytes). A few bytes more would make every send a long packet
    /// and a tiny one. Source: measured, docs/performance.md.
    /// </summary>
    public const int MaxReceiveBytes = (44 * 1448) - 1024;

    public StreamStatus Status { get; init; }

    public byte[] Buffer { get; init; }

    public int Offset { get; init; }

    public int Count { get; init; }

    public int RoomBefore { get; init; }

    public int RoomAfter { get; init; }

    /// <summary>The body ends with this piece.</summary>
    public bool IsLast { get; init; }

    /// <summary>Where the trailer lines of a chunked body stand in <see cref="Buffer"/>; only with the last piece.</summary>
    public int TrailersOffset { get; init; }

    /// <summary>Bytes of the trailer lines with their line ends, without the empty line that follows them; 0: there are none.</summary>
    public int TrailersBytes { get; init; }

    public ReadOnlySpan<byte> Span => Buffer.AsSpan(Offset, Count);

    public ReadOnlySpan<byte> Trailers => Buffer.AsSpan(TrailersOffset, TrailersBytes);

    /// <summary>The end of a body, with nothing before it.</summary>
    public static BodyChunk End { get; } = new() { Buffer = [], IsLast = true };

    public static BodyChunk Failed(StreamStatus status) => new() { Buffer = [], Status = status };
}
