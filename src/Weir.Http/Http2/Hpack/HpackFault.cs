namespace Weir.Http.Http2.Hpack;

/// <summary>
/// Why bytes are no field block: a closed list, one reason each. Every one is a connection error of type
/// COMPRESSION_ERROR, because what the block would have done to the table is lost. Source: RFC 9113 §4.3.
/// </summary>
public enum HpackFault : byte
{
    None,

    /// <summary>An integer larger than anything it could count. Source: RFC 7541 §5.1.</summary>
    IntegerTooLarge,

    /// <summary>Index 0, or one beyond the end of both tables. Source: RFC 7541 §2.3.3, §6.1.</summary>
    InvalidIndex,

    /// <summary>
    /// Padding of eight bits or more, or with a zero in it; or the end-of-string symbol. Source: RFC 7541 §5.2.
    /// </summary>
    InvalidHuffman,

    /// <summary>A field over <see cref="Http2Limits.CompressedFieldBytes"/>.</summary>
    FieldTooLarge,

    /// <summary>A table size over the limit that was announced. Source: RFC 7541 §6.3.</summary>
    TableSizeTooLarge,

    /// <summary>A table size after a field. Source: RFC 7541 §4.2.</summary>
    TableSizeAfterField,

    /// <summary>
    /// The limit was lowered and acknowledged, and the block does not begin with a size under it.
    /// Source: RFC 9113 §4.3.1.
    /// </summary>
    TableSizeMissing,

    /// <summary>The block ends within a field.</summary>
    Truncated,
}
