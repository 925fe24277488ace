namespace Weir.EndToEnd.Tests;

/// <summary>The program under test: what WEIR_BIN names, or what the tree has built, or the script that builds it.</summary>
internal static class WeirBinary
{
    /// <summary>The program and the arguments that come before its own.</summary>
    public static string[] Command { get; } = Find();

    private static string[] Find()
    {
        if (Environment.GetEnvironmentVariable("WEIR_BIN") is { Length: > 0 } named)
        {
            return named.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", named] : [named];
        }

        string[] built = ["artifacts/publish/weir", "src/Weir/bin/Release/net10.0/weir", "src/Weir/bin/Debug/net10.0/weir", "weir"];
        return [built.Select(Tree.PathOf).First(File.Exists)];
    }
}
