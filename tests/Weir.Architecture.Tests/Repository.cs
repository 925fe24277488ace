using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Weir.Architecture.Tests;

/// <summary>The source tree that these tests were built from, read once; owned by the test run, never written to.</summary>
internal sealed class Repository
{
    public static readonly Repository Current = new(FindRoot());

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    private Repository(string root)
    {
        Root = root;
        Files = ListFiles(root).Where(path => File.Exists(Path.Combine(root, path))).Order(StringComparer.Ordinal).ToArray();
        Folders = Files.SelectMany(ParentsOf).ToHashSet(StringComparer.Ordinal);
    }

    public string Root { get; }

    /// <summary>Every file that is or will be committed: relative to the root, with forward slashes.</summary>
    public IReadOnlyList<string> Files { get; }

    public IReadOnlySet<string> Folders { get; }

    public IEnumerable<string> SourceFiles(string folder) =>
        Files.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));

    public string Text(string path)
    {
        lock (_texts)
        {
            if (!_texts.TryGetValue(path, out string? text))
                _texts[path] = text = File.ReadAllText(Path.Combine(Root, path));
            return text;
        }
    }

    private static IEnumerable<string> ParentsOf(string path)
    {
        for (int slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }

    // Untracked files count: what is about to be committed is what the author wants to hear about.
    private static string[] ListFiles(string root)
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git ls-files ended with {git.ExitCode} in {root}");
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (string? folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Weir.slnx"))) return folder;
        }

        throw new InvalidOperationException($"no Weir.slnx above {here}");
    }
}
