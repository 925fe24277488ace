namespace Weir.Diagnosis.Logs;

/// <summary>
/// The rest of a line, kept of errors and of a sample of good requests only. Every text is as the log has it, hostile or
/// not: whoever shows it makes it harmless.
/// </summary>
public sealed record RequestDetail
{
    /// <summary>Field 1.</summary>
    public required string Type { get; init; }

    /// <summary>Field 4, without its port.</summary>
    public required string ClientAddress { get; init; }

    /// <summary>Field 13, cut: its method, its URL, its version. <c>-</c> where the request could not be read.</summary>
    public required string Method { get; init; }

    public required string Url { get; init; }

    public required string UserAgent { get; init; }

    /// <summary>Field 18 as logged, or null.</summary>
    public required string? TraceId { get; init; }

    /// <summary>Field 23, or null.</summary>
    public required string? Actions { get; init; }

    /// <summary>Field 25, or null.</summary>
    public required string? ErrorReason { get; init; }

    /// <summary>Fields 28 and 29, or null.</summary>
    public required string? Classification { get; init; }

    public required string? ClassificationReason { get; init; }

    /// <summary>Field 30, or null: joins the connection log.</summary>
    public required string? ConnectionTraceId { get; init; }

    /// <summary>The file, and the line in it from 1, that it was read from.</summary>
    public required string File { get; init; }

    public required long LineNumber { get; init; }
}
