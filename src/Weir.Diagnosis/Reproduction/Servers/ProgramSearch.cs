using System.Diagnostics;

namespace Weir.Diagnosis;

/// <summary>Finds programs on this machine, and asks them for their versions.</summary>
internal static class ProgramSearch
{
    // Servers live in sbin, which a plain user's PATH leaves out.
    private static readonly string[] _systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(10);

    /// <summary>The program's path, or null if this machine has none of these names.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), .. _systemFolders];
        foreach (string name in names)
        {
            foreach (string folder in folders)
            {
                string path = Path.Combine(folder, name);
                if (folder.Length > 0 && File.Exists(path))
                {
                    return path;
                }
            }
        }

        return null;
    }

    /// <summary>The first line that the program says about its version; empty if it says nothing.</summary>
    public static string Version(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(_answerLimit))
            {
                process.Kill();
            }

            string all = output.Result + errors.Result;
            return all.Split('\n', 2)[0].Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
