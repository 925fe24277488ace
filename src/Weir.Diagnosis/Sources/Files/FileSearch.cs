namespace Weir.Diagnosis.Sources.Files;

/// <summary>
/// Finds the files that paths of the user's stand for: a file itself, all files of a folder, what a pattern matches. Each
/// file is found once, however many ways lead to it. Owned by one <see cref="LogSourceSet"/> while it is made.
/// </summary>
internal sealed class FileSearch
{
    private readonly CanonicalPath _canonical = new();
    private readonly HashSet<string> _seen = new(CanonicalPath.Comparer);
    private readonly List<(string Log, FileLogObject File)> _found = [];
    private readonly List<string> _unreadable = [];

    /// <summary>Every log once: of one that lies there compressed as well, the plain file, whose name is the shortest.</summary>
    public IReadOnlyList<FileLogObject> Found =>
        [.. _found.GroupBy(static entry => entry.Log, CanonicalPath.Comparer).Select(static copies => copies.MinBy(static copy => copy.File.Name.Length).File)];

    /// <summary>The other files of these logs.</summary>
    public IReadOnlyList<string> Copies => [.. _found.Select(static entry => entry.File).Except(Found).Select(static file => file.Name)];

    /// <summary>What of a folder or of a pattern's matches cannot be read, a sentence each; the rest of it was found.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>Adds what a path stands for. Returns what is wrong with it, or null.</summary>
    public string? Add(string path)
    {
        try
        {
            // A name may hold the characters of patterns; then it is that name.
            if (Directory.Exists(path)) return AddFolder(path) > 0 ? null : $"{path} is a folder without a file in it";
            if (File.Exists(path))
            {
                AddFile(path);
                return null;
            }

            if (!GlobPattern.IsPattern(path)) return $"there is no {path}: {Allowed}";
            return AddMatches(path);
        }
        catch (SourceException exception)
        {
            return exception.Message;
        }
    }

    private static string Allowed => "give a file, a folder, a pattern such as 'logs/**/*.log.gz', - for standard input, or s3://bucket/prefix";

    private void AddFile(string path)
    {
        string canonical = _canonical.Of(path);
        if (!_seen.Add(canonical)) return;
        long sizeBytes = new FileInfo(path).Length;
        if (sizeBytes > 0) Probe(path);
        _found.Add((WithoutCompression(canonical), new FileLogObject(path, sizeBytes)));
    }

    private static string WithoutCompression(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".gz" or ".zst" ? Path.ChangeExtension(path, null) : path;

    // So that the user hears of it before the hours that the other files take. Not for pipes, which give their bytes to the
    // first who opens them; pipes and devices have no size.
    private static void Probe(string path) =>
        Try(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)).Dispose();

    private static T Try<T>(string path, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"cannot read {path}: {FileProblem.Reason(exception)}", exception);
        }
    }

    private static string[] FilesOf(string folder) => Try(folder, () => Directory.GetFiles(folder));

    private static string[] FoldersOf(string folder) => Try(folder, () => Directory.GetDirectories(folder));

    // Nobody named it, and there are others. Returns how many files there are of it, at least one: so it is not said that there is none.
    private int Try(Func<int> add)
    {
        try
        {
            return add();
        }
        catch (SourceException exception)
        {
            if (_unreadable.Count < SourceLimits.MaxUnreadable) _unreadable.Add(exception.Message);
            return 1;
        }
    }

    // Returns how many files there are, also those found before. Throws only where the folder itself cannot be read.
    private int AddFolder(string folder)
    {
        int count = 0;
        var waiting = new Stack<string>([folder]);
        // A link may lead back to a folder above it.
        var visited = new HashSet<string>(CanonicalPath.Comparer);
        while (waiting.TryPop(out string? next))
        {
            if (!visited.Add(_canonical.Of(next))) continue;
            count += next == folder ? AddFilesOf(next, waiting) : Try(() => AddFilesOf(next, waiting));
        }

        return count;
    }

    private int AddFilesOf(string folder, Stack<string> folders)
    {
        string[] files = [.. FilesOf(folder).Where(static file => !IsHidden(file))];
        foreach (string file in files) AddOne(file);
        foreach (string inner in FoldersOf(folder).Where(static inner => !IsHidden(inner))) folders.Push(inner);
        return files.Length;
    }

    private int AddOne(string file) => Try(() =>
    {
        AddFile(file);
        return 1;
    });

    private string? AddMatches(string path)
    {
        string slashed = OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
        var pattern = new GlobPattern(slashed);
        // As much as holds no pattern is a folder to begin in.
        int first = pattern.Parts.TakeWhile(static part => !GlobPattern.IsPattern(part)).Count();
        string start = string.Join('/', pattern.Parts.Take(first));
        if (start.Length == 0) start = slashed.StartsWith('/') ? "/" : ".";
        else if (OperatingSystem.IsWindows() && start.EndsWith(':')) start += '/';

        int count = Directory.Exists(start) ? Descend(pattern, first, start, depth: 0) : 0;
        return count > 0 ? null : $"nothing matches {path}: {Allowed}";
    }

    private int Descend(GlobPattern pattern, int part, string folder, int depth)
    {
        // Folders that link to one above make `**` endless; nobody nests logs so deep.
        if (depth > SourceLimits.MaxFolderDepth) return 0;
        bool isLast = part == pattern.Parts.Count - 1;
        bool isAnyDepth = pattern.Parts[part] == "**";
        if (isLast && isAnyDepth) return AddFolder(folder);

        int count = isAnyDepth ? Descend(pattern, part + 1, folder, depth) : 0;
        foreach (string name in NamesOf(FoldersOf(folder), pattern, part))
        {
            string inner = Join(folder, name);
            count += Try(() => isLast ? AddFolder(inner) : Descend(pattern, isAnyDepth ? part : part + 1, inner, depth + 1));
        }

        if (!isLast) return count;
        return count + NamesOf(FilesOf(folder), pattern, part).Sum(name => AddOne(Join(folder, name)));
    }

    private static IEnumerable<string> NamesOf(string[] paths, GlobPattern pattern, int part) =>
        paths.Select(static path => Path.GetFileName(path)).Where(name => pattern.MatchesPart(part, name));

    // `*.log` finds x.log, not ./x.log.
    private static string Join(string folder, string name) => folder == "." ? name : Path.Combine(folder, name);

    private static bool IsHidden(string path) => Path.GetFileName(path.AsSpan()).StartsWith('.');
}
