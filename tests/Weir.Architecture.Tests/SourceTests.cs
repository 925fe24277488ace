using System.Text.RegularExpressions;

namespace Weir.Architecture.Tests;

public sealed partial class SourceTests
{
    // Longer than this, and a reader no longer holds a file in mind. Source: house style.
    private const int MaxLinesPerFile = 600;

    private static readonly Repository _tree = Repository.Current;

    // Where the balancer meets other threads, and why no request waits there.
    private static readonly Dictionary<string, string> _locksOffTheRequestPath = new()
    {
        ["src/Weir.Balancer/BalancerNode.cs"] = "the bound ports: written when a snapshot is applied, read by the control plane",
        ["src/Weir.Balancer/Health/HealthBook.cs"] = "the list of checks: changed by a snapshot, read by the control plane and by new targets",
    };

    [GeneratedRegex(@"^public\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\]?., ]+?)\s+(?<name>\w+)\s*[<({:;\r\n]", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:Task\.(?:Run|Delay|Factory)|Thread\.Sleep|Parallel\.|ThreadPool\.|SemaphoreSlim|HttpClient|SslStream)\b|\basync\s+void\b")]
    private static partial Regex OffTheLoop();

    [GeneratedRegex(@"\block\s*\(|\bMonitor\.|\bReaderWriterLock|\bMutex\b")]
    private static partial Regex SharedState();

    [GeneratedRegex(@"\[(?:DllImport|LibraryImport)\(")]
    private static partial Regex SystemCall();

    private static IEnumerable<string> DataPlaneFiles(params string[] projects) =>
        projects.SelectMany(project => _tree.SourceFiles("src/" + project));

    private static string CodeOf(string path) => Comment().Replace(_tree.Text(path), "");

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex pattern) =>
        from path in files
        from match in pattern.Matches(CodeOf(path))
        select $"{path}: {match.Value}";

    // Parts of one type are Type.Part.cs; the generic one beside a plain one of the same name is TypeOfT.cs.
    private static bool IsFileOf(string type, string fileName) => fileName.Split('.')[0] is var stem && (stem == type || stem == type + "OfT");

    [Fact]
    public void SourceFile_Any_FitsTheLineLimit()
    {
        var tooLong =
            from path in _tree.SourceFiles("src")
            let lines = _tree.Text(path).AsSpan().Count('\n')
            where lines > MaxLinesPerFile
            select $"{path}: {lines} lines";

        Findings.AssertNone(tooLong, $"files of more than {MaxLinesPerFile} lines");
    }

    [Fact]
    public void SourceFile_Any_HoldsOnePublicTypeAndHasItsName()
    {
        var misplaced =
            from path in _tree.SourceFiles("src")
            let names = PublicType().Matches(_tree.Text(path)).Select(match => match.Groups["name"].Value).Distinct().ToArray()
            where names.Length > 1 || (names.Length == 1 && !IsFileOf(names[0], Path.GetFileName(path)))
            select $"{path}: {string.Join(", ", names)}";

        Findings.AssertNone(misplaced, "files with other public types than their name says");
    }

    [Fact]
    public void DataPlane_Any_StaysOnTheLoop() =>
        Findings.AssertNone(Matches(DataPlaneFiles(Layers.DataPlane), OffTheLoop()), "uses of what leaves or blocks the loop");

    // The reactor is not asked: it owns the one queue that other threads post to.
    [Fact]
    public void BalancerAndCodecs_Any_ShareNothingBetweenThreads() =>
        Findings.AssertNone(
            Matches(DataPlaneFiles("Weir.Balancer", "Weir.Http").Where(path => !_locksOffTheRequestPath.ContainsKey(path)), SharedState()),
            "locks on the request path");

    [Fact]
    public void LocksOffTheRequestPath_EachEntry_IsStillNeeded() =>
        Findings.AssertNone(
            _locksOffTheRequestPath.Keys.Where(path => !_tree.Files.Contains(path) || !SharedState().IsMatch(CodeOf(path))),
            "entries for files that have no lock");

    // What is marked so, the platform analyzer keeps from `diagnose`, `probe` and `predict`, which run on every system.
    [Fact]
    public void SystemCalls_InSource_AreMarkedAsLinuxOnly() =>
        Findings.AssertNone(
            _tree.SourceFiles("src").Where(path =>
                SystemCall().IsMatch(CodeOf(path)) && !_tree.Text(path).Contains("[SupportedOSPlatform(\"linux\")]\n", StringComparison.Ordinal)),
            "classes with calls into libc that do not say that they are for Linux");

    [Theory]
    [InlineData("public sealed class One\n{", "One")]
    [InlineData("public readonly record struct Two(int A);", "Two")]
    [InlineData("public static partial class Three\n", "Three")]
    [InlineData("public delegate void Four(int a);", "Four")]
    [InlineData("public interface IFive : IDisposable", "IFive")]
    [InlineData("public sealed class Six<T> where T : class", "Six")]
    [InlineData("internal sealed class Seven\n{", "")]
    [InlineData("    public enum Nested\n", "")]
    public void PublicTypePattern_Declaration_FindsTheName(string code, string name) =>
        Assert.Equal(name, PublicType().Match(code).Groups["name"].Value);
}
