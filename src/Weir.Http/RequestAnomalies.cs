namespace Weir.Http;

/// <summary>
/// What the text of a request showed beside its fields. Judged at the end, because the verdict's order is headers,
/// framing, request line, text. Source: http-desync-guardian.
/// </summary>
[Flags]
internal enum RequestAnomalies : ushort
{
    None = 0,
    SpacesAroundVersion = 1,
    SpacesAroundTarget = 2,
    VersionNotUnderstood = 4,
    NoTarget = 8,
    BareLfLine = 16,
    FoldedLine = 32,
    NoColon = 64,
    TransferEncodingSeen = 128,
    ContentLengthSeen = 256,
    PartialLine = 512,
    NoLastEmptyLine = 1024,
}
