using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Tests.Sources;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "a.log.gz", false)]
    [InlineData("*.log", "x/a.log", false)]
    [InlineData("*.log", ".a.log", false)]
    [InlineData(".*.log", ".a.log", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a[bc]d", "acd", true)]
    [InlineData("a[!bc]d", "acd", false)]
    [InlineData("a[0-9]d", "a5d", true)]
    [InlineData("a[", "a[", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a+(c)*", "a+(c)x", true)]
    [InlineData("**/x.log", "x.log", true)]
    [InlineData("**/x.log", "a/b/x.log", true)]
    [InlineData("**/x.log", "a/.b/x.log", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**/c", "a/b/d", false)]
    [InlineData("p/2026/*/*.gz", "p/2026/11/x.gz", true)]
    public void Pattern_Path_MatchesAsInAShell(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new GlobPattern(pattern).Matches(path));
}
