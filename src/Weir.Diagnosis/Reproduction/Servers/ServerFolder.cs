namespace Weir.Diagnosis;

/// <summary>
/// The temporary folder of a server with a configuration of ours. Removed by whoever ends the server: the reproduction, or
/// the <see cref="ServerGuard"/> if that one is killed.
/// </summary>
internal static class ServerFolder
{
    /// <summary>In its place where a server has none.</summary>
    public const string None = "-";

    private const string Prefix = "weir-reproduce-";

    public static string Create() => Directory.CreateTempSubdirectory(Prefix).FullName;

    /// <summary>Removes such a folder with all that is in it, and nothing else.</summary>
    public static void Remove(string? folder)
    {
        if (folder is null || Path.GetDirectoryName(folder) != Path.TrimEndingDirectorySeparator(Path.GetTempPath())
            || !Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or lies in the system's folder for temporary files, which is emptied sooner or later.
        }
    }
}
