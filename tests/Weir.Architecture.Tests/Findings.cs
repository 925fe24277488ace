namespace Weir.Architecture.Tests;

/// <summary>Reports every finding at once: one run names all there is to mend. Never stops at the first.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> findings, string what)
    {
        string[] all = findings.Order(StringComparer.Ordinal).ToArray();
        Assert.True(all.Length == 0, $"{all.Length} {what}:\n  {string.Join("\n  ", all)}");
    }
}
