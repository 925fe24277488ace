using System.Text;
using System.Text.Json;
using Weir.Http;
using Weir.Http.Http2.Messages;

namespace Weir.Balancer;

/// <summary>What the faults of targets' answers are called in the explain log, and how its verdicts tell of them.</summary>
internal static class ResponseFaults
{
    private static readonly byte[][] _names =
        [.. Enum.GetValues<ResponseFault>().Select(static fault => Encoding.ASCII.GetBytes(JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString())))];

    /// <summary>In ASCII: small letters and underscores.</summary>
    public static ReadOnlySpan<byte> NameOf(ResponseFault fault) => _names[(int)fault];

    /// <summary>Of a header over HTTP/1.1, or one of too many fields.</summary>
    public static ResponseFault Of(ResponseRefusal refusal) => refusal switch
    {
        ResponseRefusal.NotHttp => ResponseFault.NotHttp,
        ResponseRefusal.BadStatusLine => ResponseFault.BadStatusLine,
        ResponseRefusal.UnsupportedVersion => ResponseFault.UnsupportedVersion,
        ResponseRefusal.BadStatusCode => ResponseFault.BadStatusCode,
        ResponseRefusal.HeadersTooLarge => ResponseFault.HeadTooLarge,
        ResponseRefusal.TooManyHeaders => ResponseFault.TooManyFields,
        ResponseRefusal.TooManyConnectionOptions => ResponseFault.TooManyConnectionOptions,
        ResponseRefusal.InvalidHeaderName => ResponseFault.InvalidFieldName,
        ResponseRefusal.InvalidHeaderValue => ResponseFault.InvalidFieldValue,
        ResponseRefusal.FoldedLine => ResponseFault.FoldedLine,
        ResponseRefusal.UnsupportedTransferCoding => ResponseFault.UnsupportedTransferCoding,
        ResponseRefusal.InvalidContentLength => ResponseFault.InvalidContentLength,
        ResponseRefusal.ConflictingContentLength => ResponseFault.ConflictingContentLength,
        _ => ResponseFault.None,
    };

    /// <summary>Of a body of chunks.</summary>
    public static ResponseFault Of(ChunkedFault fault) => fault switch
    {
        ChunkedFault.MissingSize => ResponseFault.ChunkSizeMissing,
        ChunkedFault.SizeTooLarge => ResponseFault.ChunkSizeTooLarge,
        ChunkedFault.BadSizeLine => ResponseFault.ChunkSizeLineBroken,
        ChunkedFault.BadExtension => ResponseFault.ChunkExtensionBroken,
        ChunkedFault.ExtensionTooLong => ResponseFault.ChunkExtensionTooLong,
        ChunkedFault.TooMuchOverhead => ResponseFault.ChunksTooSmall,
        ChunkedFault.BareLineEnd => ResponseFault.ChunkLineEndBare,
        ChunkedFault.MissingDataEnd => ResponseFault.ChunkTooLong,
        ChunkedFault.TrailersTooLarge => ResponseFault.TrailersTooLarge,
        ChunkedFault.TooManyTrailers => ResponseFault.TooManyTrailers,
        ChunkedFault.BadTrailer => ResponseFault.InvalidTrailer,
        _ => ResponseFault.None,
    };

    /// <summary>Of a message over HTTP/2.</summary>
    public static ResponseFault Of(MessageFault fault) => fault switch
    {
        MessageFault.UndefinedPseudoHeader => ResponseFault.UndefinedPseudoHeader,
        MessageFault.PseudoHeaderAfterField => ResponseFault.PseudoHeaderAfterField,
        MessageFault.RepeatedPseudoHeader => ResponseFault.RepeatedStatus,
        MessageFault.MissingPseudoHeader => ResponseFault.MissingStatus,
        MessageFault.PseudoHeaderInTrailers => ResponseFault.PseudoHeaderInTrailers,
        MessageFault.InvalidStatus => ResponseFault.InvalidStatus,
        MessageFault.SwitchingProtocols => ResponseFault.SwitchingProtocols,
        MessageFault.InterimEndsStream => ResponseFault.InterimEndsStream,
        MessageFault.InvalidFieldName => ResponseFault.FieldNameNotLowerCase,
        MessageFault.InvalidFieldValue => ResponseFault.FieldValueNotAllowed,
        MessageFault.ConnectionSpecificField => ResponseFault.ConnectionSpecificField,
        MessageFault.InvalidTe => ResponseFault.TeField,
        MessageFault.InvalidContentLength => ResponseFault.ContentLengthNotOne,
        MessageFault.ContentLengthDiffers => ResponseFault.ContentLengthDiffers,
        MessageFault.TrailersWithoutEnd => ResponseFault.TrailersWithoutEnd,
        MessageFault.DataBeforeHead => ResponseFault.DataBeforeHead,
        MessageFault.TrailersTooLarge => ResponseFault.TrailersTooLarge,
        // The others are of requests.
        _ => ResponseFault.None,
    };

    /// <summary>The rest of a sentence, with the rule that is broken where there is one; null: nothing is known.</summary>
    public static string? WordsOf(ResponseFault fault) => fault switch
    {
        ResponseFault.UnaskedSwitch => "it is 101 (Switching Protocols), though no WebSocket was asked for (RFC 9110 15.2.2)",
        ResponseFault.TooManyInterimResponses => "it is more than 32 interim responses (1xx) (a limit of the balancer's)",
        ResponseFault.NotHttp => "the first bytes on the connection are not HTTP/1.1, whose answers begin with a status line (RFC 9112 4)",
        ResponseFault.BadStatusLine => "its first line is no status line of HTTP/1.1 (RFC 9112 4)",
        ResponseFault.UnsupportedVersion => "its status line names another version than HTTP/1.0 or HTTP/1.1 (RFC 9112 2.3)",
        ResponseFault.BadStatusCode => "its status code is not three digits from 100 to 999 (RFC 9110 15)",
        ResponseFault.HeadTooLarge => "its header fields are too large (a limit of the balancer's)",
        ResponseFault.TooManyFields => "it has more than 512 header fields (a limit of the balancer's)",
        ResponseFault.TooManyConnectionOptions => "its Connection header names more than 64 options (a limit of the balancer's)",
        ResponseFault.InvalidFieldName => "a header line has no colon, or its name is none (RFC 9112 5)",
        ResponseFault.InvalidFieldValue => "the value of a header has a CR, LF or NUL in it (RFC 9110 5.5)",
        ResponseFault.FoldedLine => "a header goes on in the next line (RFC 9112 5.2)",
        ResponseFault.UnsupportedTransferCoding => "its Transfer-Encoding names another coding than chunked or identity, or chunked twice (RFC 9112 6.1)",
        ResponseFault.InvalidContentLength => "its Content-Length is no number (RFC 9112 6.3)",
        ResponseFault.ConflictingContentLength => "it has Content-Lengths that differ (RFC 9112 6.3)",
        ResponseFault.ChunkSizeMissing => "a chunk does not begin with its size (RFC 9112 7.1)",
        ResponseFault.ChunkSizeTooLarge => "the size of a chunk is over 63 bits (a limit of the balancer's)",
        ResponseFault.ChunkSizeLineBroken => "something else than an extension or a line end stands behind the size of a chunk (RFC 9112 7.1)",
        ResponseFault.ChunkExtensionBroken => "an extension of a chunk has a control character in it (RFC 9112 7.1)",
        ResponseFault.ChunkExtensionTooLong => "an extension of a chunk is too long (a limit of the balancer's)",
        ResponseFault.ChunksTooSmall => "its chunks are far more framing than data (a limit of the balancer's)",
        ResponseFault.ChunkLineEndBare => "a line of its chunks ends in LF alone, or has a CR inside (RFC 9112 7.1)",
        ResponseFault.ChunkTooLong => "a chunk is longer than its size says (RFC 9112 7.1)",
        ResponseFault.TrailersTooLarge => "its trailers are too large (a limit of the balancer's)",
        ResponseFault.TooManyTrailers => "it has too many trailers (a limit of the balancer's)",
        ResponseFault.InvalidTrailer => "a trailer has no colon, a bad name or a control character, or goes on in the next line (RFC 9112 7.1)",
        ResponseFault.UndefinedPseudoHeader => "it has a pseudo-header field that answers have not (RFC 9113 8.3)",
        ResponseFault.PseudoHeaderAfterField => "a pseudo-header field stands behind other fields (RFC 9113 8.3)",
        ResponseFault.RepeatedStatus => "it has :status more than once (RFC 9113 8.3)",
        ResponseFault.MissingStatus => "it has no :status (RFC 9113 8.3.2)",
        ResponseFault.PseudoHeaderInTrailers => "its trailers have a pseudo-header field (RFC 9113 8.1)",
        ResponseFault.InvalidStatus => "its :status is not three digits from 100 to 999 (RFC 9110 15)",
        ResponseFault.SwitchingProtocols => "its :status is 101, which HTTP/2 has not (RFC 9113 8.6)",
        ResponseFault.InterimEndsStream => "an interim response (1xx) ends the stream (RFC 9113 8.1)",
        ResponseFault.FieldNameNotLowerCase => "a field name has capital letters in it, or what stands in no name (RFC 9113 8.2.1)",
        ResponseFault.FieldValueNotAllowed => "a field value has a control character in it, or a blank at its begin or end (RFC 9113 8.2.1)",
        ResponseFault.ConnectionSpecificField => "it has a field that is of connections (Connection, Keep-Alive, Proxy-Connection, Transfer-Encoding or Upgrade) (RFC 9113 8.2.2)",
        ResponseFault.TeField => "it has the field TE, which is for requests (RFC 9113 8.2.2)",
        ResponseFault.ContentLengthNotOne => "its content-length is no number, or there are two that differ (RFC 9110 8.6)",
        ResponseFault.ContentLengthDiffers => "its body (DATA) is shorter or longer than its content-length (RFC 9113 8.1.1)",
        ResponseFault.TrailersWithoutEnd => "a second HEADERS does not end the stream (RFC 9113 8.1)",
        ResponseFault.DataBeforeHead => "its body (DATA) comes before the header (RFC 9113 8.1)",
        _ => null,
    };
}
