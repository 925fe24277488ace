using System.Text.RegularExpressions;

namespace Weir.Architecture.Tests;

public sealed partial class DocumentTests
{
    private static readonly Repository _tree = Repository.Current;

    // Types that the documents speak of because they are not used here, or because users know them.
    private static readonly HashSet<string> _foreign = ["SslStream", "HttpClient", "SynchronizationContext", "CloudWatch", "CloudFormation"];

    private static readonly Lazy<HashSet<string>> _words = new(() => _tree.Files
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
        .SelectMany(path => Word().Matches(_tree.Text(path)).Select(match => match.Value))
        .ToHashSet(StringComparer.Ordinal));

    // Fenced blocks are samples; only `inline code` claims that a thing exists.
    [GeneratedRegex(@"^(```|~~~).*?^\1\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^\.?/?[\w.-]+(?:/[\w.*-]+)*/?$")]
    private static partial Regex PathShape();

    [GeneratedRegex(@"\.(?:cs|csproj|slnx|md|sh|props|service|template|lua)$")]
    private static partial Regex OurFileName();

    // Two humps at least: TargetStream, not Target or TLS.
    [GeneratedRegex(@"^(?<type>[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:<\w+>)?(?:\.\w+(?:\(\))?)?$")]
    private static partial Regex TypeShape();

    [GeneratedRegex(@"^Weir(?:\.[A-Z]\w*)+$")]
    private static partial Regex QualifiedShape();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    private static IEnumerable<string> Documents() => _tree.Files.Where(path =>
        path is "README.md" or "ARCHITECTURE.md" or "SECURITY.md"
        || (path.StartsWith("docs/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal)));

    private static IEnumerable<(string Document, string Code)> Claims() =>
        from document in Documents()
        from match in InlineCode().Matches(Fence().Replace(_tree.Text(document), ""))
        select (document, match.Groups[1].Value.Trim());

    // Only what begins with a folder of ours, or ends as our files do, is taken for a path: `text/html`, `/health` are not.
    private static bool ClaimsPath(string code)
    {
        if (!PathShape().IsMatch(code) || code.StartsWith('/') || code.StartsWith("artifacts/", StringComparison.Ordinal)) return false;
        string first = Trim(code).Split('/')[0];
        return code.StartsWith("./", StringComparison.Ordinal) || OurFileName().IsMatch(code) || (code.Contains('/') && _tree.Folders.Contains(first));
    }

    private static string Trim(string path) => (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path).TrimEnd('/');

    private static bool PathExists(string document, string code)
    {
        string path = Trim(code);
        int star = path.IndexOf('*');
        if (star >= 0) path = path[..star].TrimEnd('/');
        string beside = Path.Combine(Path.GetDirectoryName(document) ?? "", path).Replace('\\', '/');
        return path.Length == 0 || IsThere(path) || IsThere(beside)
            || _tree.Files.Any(file => file.EndsWith("/" + path, StringComparison.Ordinal));
    }

    private static bool IsThere(string path) =>
        _tree.Folders.Contains(path) || _tree.Files.Contains(path)
        || _tree.Files.Any(file => file.StartsWith(path, StringComparison.Ordinal) && path.EndsWith('-'));

    // A decision record also names what was decided against.
    private static bool IsDecisionRecord(string document) => document.StartsWith("docs/adr/", StringComparison.Ordinal);

    [Fact]
    public void Document_PathInBackticks_Exists()
    {
        var missing =
            from claim in Claims()
            where ClaimsPath(claim.Code) && !PathExists(claim.Document, claim.Code)
            select $"{claim.Document}: {claim.Code}";

        Findings.AssertNone(missing, "paths that documents name and nobody has");
    }

    [Fact]
    public void Document_TypeInBackticks_Exists()
    {
        var missing =
            from claim in Claims()
            where !IsDecisionRecord(claim.Document)
            let match = TypeShape().Match(claim.Code)
            where match.Success && !_foreign.Contains(match.Groups["type"].Value) && !_words.Value.Contains(match.Groups["type"].Value)
            select $"{claim.Document}: {claim.Code}";

        Findings.AssertNone(missing, "types that documents name and no code has");
    }

    [Fact]
    public void Document_QualifiedNameInBackticks_Exists()
    {
        var missing =
            from claim in Claims()
            where QualifiedShape().IsMatch(claim.Code) && !Layers.MayReference.ContainsKey(claim.Code)
            where !_tree.Files.Any(path => path.EndsWith($"/{claim.Code}.csproj", StringComparison.Ordinal))
                && !_words.Value.Contains(claim.Code.Split('.')[^1])
            select $"{claim.Document}: {claim.Code}";

        Findings.AssertNone(missing, "qualified names that documents use and no code has");
    }

    [Theory]
    [InlineData("src/Weir.Http/", true)]
    [InlineData("./dev", true)]
    [InlineData("docs/nothing.md", true)]
    [InlineData("Weir.slnx", true)]
    [InlineData("text/html", false)]
    [InlineData("/health", false)]
    [InlineData("HTTP/1.1", false)]
    [InlineData("weir run", false)]
    public void ClaimsPath_Code_TellsPathsFromOtherText(string code, bool isPath) => Assert.Equal(isPath, ClaimsPath(code));
}
