namespace Weir.Balancer;

/// <summary>
/// What is wrong with a target's answer, over HTTP/1.1 or HTTP/2: a closed list. Names for the explain log and words for its verdict are in
/// <see cref="ResponseFaults"/>, where the sources are too.
/// </summary>
public enum ResponseFault : byte
{
    None,

    /// <summary>Of an answer 101 to a request that asked for no WebSocket.</summary>
    UnaskedSwitch,

    /// <summary>More interim responses (1xx) than <see cref="Exchange.MaxInterimResponses"/>.</summary>
    TooManyInterimResponses,

    // Of a header over HTTP/1.1.

    /// <summary>The first bytes on the connection are not those of HTTP/1.x.</summary>
    NotHttp,

    /// <summary>The same further on, or a status line of HTTP/1.x that is broken.</summary>
    BadStatusLine,
    UnsupportedVersion,
    BadStatusCode,
    HeadTooLarge,
    TooManyFields,
    TooManyConnectionOptions,
    InvalidFieldName,
    InvalidFieldValue,
    FoldedLine,
    UnsupportedTransferCoding,
    InvalidContentLength,
    ConflictingContentLength,

    // Of chunks, and of trailers.
    ChunkSizeMissing,
    ChunkSizeTooLarge,
    ChunkSizeLineBroken,
    ChunkExtensionBroken,
    ChunkExtensionTooLong,
    ChunksTooSmall,
    ChunkLineEndBare,
    ChunkTooLong,
    TrailersTooLarge,
    TooManyTrailers,
    InvalidTrailer,

    // Of a message over HTTP/2.
    UndefinedPseudoHeader,
    PseudoHeaderAfterField,
    RepeatedStatus,
    MissingStatus,
    PseudoHeaderInTrailers,
    InvalidStatus,
    SwitchingProtocols,
    InterimEndsStream,
    FieldNameNotLowerCase,
    FieldValueNotAllowed,
    ConnectionSpecificField,
    TeField,
    ContentLengthNotOne,
    ContentLengthDiffers,
    TrailersWithoutEnd,
    DataBeforeHead,
}
