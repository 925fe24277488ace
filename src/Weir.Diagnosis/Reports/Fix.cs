namespace Weir.Diagnosis.Reports;

/// <summary>Something to change.</summary>
/// <param name="Title">One line.</param>
/// <param name="Setting">The setting and its value as it is written, or null where it is not a setting.</param>
/// <param name="Where">The file, flag or place it goes to, with its unit.</param>
/// <param name="Check">How to see that it works: a command.</param>
/// <param name="Trap">What goes wrong if it is done almost right, or null.</param>
public sealed record Fix(string Title, string? Setting, string? Where, string? Check, string? Trap)
{
    /// <summary>The server that the setting is one of, or null where it is none of a server.</summary>
    public string? Server { get; init; }
}
