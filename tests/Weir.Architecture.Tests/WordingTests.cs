using System.Text.RegularExpressions;

namespace Weir.Architecture.Tests;

public sealed partial class WordingTests
{
    private static readonly Repository _tree = Repository.Current;

    // The patterns are written so that this file does not match them itself.
    [GeneratedRegex(@"NotImplemented[E]xception|\bTO[D]O\b|\bFIX[M]E\b|\bHA[C]K\b|\bXX[X]\b")]
    private static partial Regex Unfinished();

    // A path that only one machine has. A URL's path is not one, hence what may not stand before it.
    [GeneratedRegex(@"(?<![\w.~:/-])/(?:[w]ork|[r]oot|[h]ome/\w+|[U]sers/\w+)/|\b[A-Z]:\\[U]sers\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(?:this [s]ession|(?:previous|next|last) [s]ession|the [a]gent|[s]ub-?agent|as an [A]I|language [m]odel|the [l]ead (?:merges|writes|replaces))\b", RegexOptions.IgnoreCase)]
    private static partial Regex AboutItsMaking();

    // Names of registries' hosts: a lock file must work with whichever mirror its reader has.
    [GeneratedRegex(@"npm[j]s\.(?:org|com)|nuget\.[o]rg|""resolved"": ""http")]
    private static partial Regex RegistryHost();

    private static IEnumerable<string> TextFiles() => _tree.Files.Where(path =>
        !path.StartsWith("tests/wire/", StringComparison.Ordinal) && !_tree.Text(path).Contains('\0'));

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex pattern) =>
        from path in files
        from found in pattern.Matches(_tree.Text(path))
        let line = _tree.Text(path).AsSpan(0, found.Index).Count('\n') + 1
        select $"{path}:{line}: {found.Value}";

    [Fact]
    public void Source_Any_IsFinished() =>
        Findings.AssertNone(Matches(_tree.SourceFiles("src"), Unfinished()), "marks of unfinished work");

    [Fact]
    public void Text_Any_NamesNoPathOfOneMachine() =>
        Findings.AssertNone(Matches(TextFiles(), MachinePath()), "paths of one machine");

    [Fact]
    public void Text_Any_SpeaksOfTheProgramAndNotOfItsMaking() =>
        Findings.AssertNone(Matches(TextFiles(), AboutItsMaking()), "phrases about how the text came to be");

    [Fact]
    public void Text_Any_NamesNoRegistryHost() =>
        Findings.AssertNone(Matches(TextFiles(), RegistryHost()), "host names of package registries");

    [Theory]
    [InlineData("see /ho" + "me/me/x", true)]
    [InlineData("http://example.com/ho" + "me/me/x", false)]
    [InlineData("GET /files/ro" + "ot/x", false)]
    public void MachinePathPattern_Text_TellsPathsFromUrls(string text, bool isOne) =>
        Assert.Equal(isOne, MachinePath().IsMatch(text));
}
