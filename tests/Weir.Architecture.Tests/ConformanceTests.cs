using System.Text.RegularExpressions;

namespace Weir.Architecture.Tests;

/// <summary>What docs/http2.md says of RFC 9113: that each test which it names is there, and has a row for that section.</summary>
public sealed partial class ConformanceTests
{
    private const string Document = "docs/http2.md";

    private static readonly Repository _tree = Repository.Current;

    // Where the words of the last column stand for the rows of a file.
    private static readonly (string Word, string File)[] _rows =
    [
        ("clients", "tests/Weir.Balancer.Tests/Clients/Http2/Http2ClientConformanceTests.cs"),
        ("targets", "tests/Weir.Balancer.Tests/Targets/Http2/Http2TargetConformanceTests.cs"),
        ("referee", "tests/Weir.Balancer.Tests/World/Http2Referee.cs"),
    ];

    [GeneratedRegex(@"^\| (?<sections>\d[\d., ]*) \| (?<duty>[^|]+) \| (?<shown>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(cannot arise: |as \d)")]
    private static partial Regex Reason();

    [Fact]
    public void Row_OfTheList_NamesTestsThatExist()
    {
        MatchCollection rows = Row().Matches(_tree.Text(Document));
        Assert.InRange(rows.Count, 60, 200);
        Findings.AssertNone(rows.SelectMany(FaultsOf), "things that the list of duties in docs/http2.md promises, and no test has");
    }

    private static IEnumerable<string> FaultsOf(Match row)
    {
        string shown = row.Groups["shown"].Value;
        string[] sections = row.Groups["sections"].Value.Split(", ");
        foreach (Match test in TestName().Matches(shown).Where(static test => !HasTest(test.Groups["type"].Value, test.Groups["method"].Value)))
        {
            yield return $"§{sections[0]}: {test.Value}";
        }

        string[] words = shown.Split(", ", StringSplitOptions.None).SelectMany(static part => part.Split("; ")).ToArray();
        foreach ((string word, string file) in _rows.Where(row => words.Contains(row.Word) && !sections.Any(section => HasRow(row.File, section))))
        {
            yield return $"§{sections[0]}: no row of {word} in {file}";
        }

        if (!_rows.Any(row => words.Contains(row.Word)) && !TestName().IsMatch(shown) && !Reason().IsMatch(shown))
        {
            yield return $"§{sections[0]}: neither a test nor why there is none";
        }
    }

    private static bool HasRow(string file, string section) =>
        Regex.IsMatch(_tree.Text(file), $"\"[^\"\n]*§{Regex.Escape(section)}[ ,:\"]|// [^\n]*§{Regex.Escape(section)}[ ,:.]");

    private static bool HasTest(string type, string method) => _tree.SourceFiles("tests")
        .Where(path => path.EndsWith($"/{type}.cs", StringComparison.Ordinal))
        .Any(path => Regex.IsMatch(_tree.Text(path), $@"\[(Fact|Theory|InlineData|MemberData)[^\n]*\]\s+public (async Task|Task|void) {method}\("));
}
