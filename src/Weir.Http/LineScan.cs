namespace Weir.Http;

/// <summary>What <see cref="HeadScanner"/> found.</summary>
internal enum LineScan
{
    NeedMore,
    StartLine,
    FieldLine,

    /// <summary>An empty line before the start line: to be skipped.</summary>
    LeadingEmptyLine,
    EndOfHead,
    LineTooLong,
    HeadersTooLarge,
    TooManyEmptyLines,
}
