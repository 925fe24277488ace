namespace Weir.Http;

/// <summary>
/// Why bytes are no chunked body: a closed list, one reason each. The connection cannot be used any more.
/// </summary>
public enum ChunkedFault : byte
{
    None,

    /// <summary>A chunk line does not begin with a hexadecimal digit.</summary>
    MissingSize,

    /// <summary>More digits than <see cref="HttpLimits.ChunkSizeDigits"/>, or a size over 63 bits.</summary>
    SizeTooLarge,

    /// <summary>Something other than blanks, an extension or CRLF after the size.</summary>
    BadSizeLine,

    /// <summary>A control character in an extension.</summary>
    BadExtension,
    ExtensionTooLong,

    /// <summary>More chunk lines than the data is worth: <see cref="HttpLimits.ChunkOverheadBytes"/>.</summary>
    TooMuchOverhead,

    /// <summary>A chunk line or a trailer line ends in LF alone, or has a CR inside.</summary>
    BareLineEnd,

    /// <summary>The data is not followed by CRLF: it is longer than its size said.</summary>
    MissingDataEnd,
    TrailersTooLarge,
    TooManyTrailers,

    /// <summary>A trailer without a colon, with a bad name, with control characters, or folded.</summary>
    BadTrailer,
}
