namespace Weir.Http.Http2.Hpack;

/// <summary>What came of handing bytes to <see cref="HpackDecoder"/>.</summary>
public enum HpackStatus
{
    /// <summary>The block has not ended; call again with more bytes behind those that were not consumed.</summary>
    NeedMore,

    /// <summary>
    /// The section's buffer is full below the section's limit: <see cref="FieldSection.Move"/> it to one twice as
    /// large, and call again with the bytes that were not consumed.
    /// </summary>
    NeedRoom,

    /// <summary>The block is whole.</summary>
    Complete,

    /// <summary>
    /// It is no field block: <see cref="HpackDecoder.Fault"/> says why. The connection ends with COMPRESSION_ERROR.
    /// </summary>
    Failed,
}
