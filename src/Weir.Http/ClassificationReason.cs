namespace Weir.Http;

/// <summary>
/// Why a request is not <see cref="Classification.Compliant"/>: a closed list, whose names are the words in the access
/// log. Source: ALB user guide, classification reasons; http-desync-guardian.
/// </summary>
public enum ClassificationReason : byte
{
    None,
    AmbiguousUri,
    BadContentLength,
    BadHeader,
    BadMethod,
    BadTransferEncoding,
    BadUri,
    BadVersion,
    BothTeClPresent,
    DuplicateContentLength,
    EmptyHeader,
    GetHeadZeroContentLength,
    MultipleContentLength,
    MultipleTransferEncodingChunked,
    NonCompliantHeader,
    NonCompliantVersion,
    SpaceInUri,
    SuspiciousHeader,
    SuspiciousTeClPresent,
    UndefinedContentLengthSemantics,
    UndefinedTransferEncodingSemantics,

    // Only of requests read as text, and not in the log's documentation.
    MissingHeaderColon,
    MissingLastEmptyLine,
    MissingUri,
    MultilineHeader,
    NonCrLfLineTermination,
    PartialHeaderLine,
}
