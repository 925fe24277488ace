namespace Weir.EndToEnd.Tests;

/// <summary>Where this machine has a server, if it has it. `./dev test` installs those that can be had (eng/install.sh).</summary>
internal static class ServerProgram
{
    // Servers live in sbin, which a plain user's PATH leaves out.
    private static readonly string[] _systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The program's path; null if there is none of these names.</summary>
    public static string? Find(params string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(_systemFolders)
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
