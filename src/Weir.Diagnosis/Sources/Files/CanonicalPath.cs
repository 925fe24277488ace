namespace Weir.Diagnosis.Sources.Files;

/// <summary>The one path of a file, whatever links and detours lead to it. Remembers folders; owned by one search.</summary>
internal sealed class CanonicalPath
{
    private readonly Dictionary<string, string> _folders = new(Comparer);

    /// <summary>Two spellings of one path; as the system's usual disks have it.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public string Of(string path) => Of(Path.GetFullPath(path), SourceLimits.MaxLinks);

    private string Of(string full, int linksLeft)
    {
        if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(full)) is not { } parent) return full;
        if (!_folders.TryGetValue(parent, out string? folder)) _folders[parent] = folder = Of(parent, linksLeft);

        string here = Path.Combine(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(full)));
        // A descriptor's link (/dev/fd/63) may lead to a thing without a path; it is kept by its own.
        string? target = linksLeft > 0 ? new FileInfo(here).LinkTarget : null;
        if (target is null) return here;
        string next = Path.GetFullPath(target, folder);
        return Path.Exists(next) ? Of(next, linksLeft - 1) : here;
    }
}
