namespace Weir.Http.Http2.Messages;

/// <summary>
/// Why frames in good order are no message: a closed list, one reason each. All of them are errors of the stream, of
/// type PROTOCOL_ERROR; a client may be answered before that. Source: RFC 9113 §8.1.1.
/// </summary>
public enum MessageFault : byte
{
    None,

    /// <summary>A pseudo-header field that is not defined for this kind of message. Source: RFC 9113 §8.3.</summary>
    UndefinedPseudoHeader,

    /// <summary>Source: RFC 9113 §8.3.</summary>
    PseudoHeaderAfterField,

    /// <summary>Source: RFC 9113 §8.3.</summary>
    RepeatedPseudoHeader,

    /// <summary>Source: RFC 9113 §8.3.1, §8.3.2, §8.5.</summary>
    MissingPseudoHeader,

    /// <summary>:scheme or :path with CONNECT. Source: RFC 9113 §8.5.</summary>
    PseudoHeaderWithConnect,

    /// <summary>Source: RFC 9113 §8.1.</summary>
    PseudoHeaderInTrailers,

    /// <summary>A method that is no token. Source: RFC 9110 §9.1.</summary>
    InvalidMethod,

    /// <summary>Source: RFC 9113 §8.3.1; RFC 3986 §3.1.</summary>
    InvalidScheme,

    /// <summary>
    /// Empty, not beginning with <c>/</c> (but for <c>*</c> with OPTIONS), or with a blank or control character, which
    /// would be taken for the end of the target on a hop of HTTP/1.1. Source: RFC 9113 §8.3.1.
    /// </summary>
    InvalidPath,

    /// <summary>No host with an optional port. Source: RFC 9113 §8.3.1.</summary>
    InvalidAuthority,

    /// <summary>
    /// A Host that names something else than :authority, or than another Host. Source: RFC 9113 §8.3.1; RFC 9112 §3.2.
    /// </summary>
    HostDiffers,

    /// <summary>Not three digits from 100 to 999. Source: RFC 9110 §15.</summary>
    InvalidStatus,

    /// <summary>101, which HTTP/2 does not have. Source: RFC 9113 §8.6.</summary>
    SwitchingProtocols,

    /// <summary>An interim response that ends the stream. Source: RFC 9113 §8.1.</summary>
    InterimEndsStream,

    /// <summary>A name with capitals, or that is no token. Source: RFC 9113 §8.2.1.</summary>
    InvalidFieldName,

    /// <summary>A control character in a value, or a blank at its beginning or end. Source: RFC 9113 §8.2.1.</summary>
    InvalidFieldValue,

    /// <summary>Connection and its kin. Source: RFC 9113 §8.2.2.</summary>
    ConnectionSpecificField,

    /// <summary>TE with anything but <c>trailers</c>. Source: RFC 9113 §8.2.2.</summary>
    InvalidTe,

    /// <summary>No number, or several that differ. Source: RFC 9110 §8.6.</summary>
    InvalidContentLength,

    /// <summary>Content-Length is not what came in DATA. Source: RFC 9113 §8.1.1.</summary>
    ContentLengthDiffers,

    /// <summary>A second HEADERS that does not end the stream. Source: RFC 9113 §8.1.</summary>
    TrailersWithoutEnd,

    /// <summary>Trailers over what is kept of a head, or passed on. Source: ours, <see cref="HttpLimits.TrailerBytes"/>.</summary>
    TrailersTooLarge,

    /// <summary>DATA before the final head. Source: RFC 9113 §8.1.</summary>
    DataBeforeHead,
}
