namespace Weir.Model;

/// <summary>What cannot be the name of a file, whatever there is on the disk.</summary>
public static class FileNames
{
    /// <summary>Why it cannot be one, as the end of a sentence; null: it can.</summary>
    public static string? Refusal(string name) =>
        name.Length == 0 ? "the name of the file is empty"
        : name.Contains('\0', StringComparison.Ordinal) ? "the name of the file has a NUL character in it"
        : null;
}
