using System.Reflection;

namespace Weir;

/// <summary>The version that this program was built as.</summary>
internal static class BuildVersion
{
    // As many digits as tell the commits of a large repository apart.
    private const int CommitCharacters = 10;

    private static readonly string[] _parts =
        (Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? throw new InvalidOperationException("the assembly carries no version")).Split('+', 2);

    /// <summary>`0.1.0`.</summary>
    public static string Number => _parts[0];

    /// <summary>`0.1.0 (0e0d613c44)`: with the commit, if the build knew it.</summary>
    public static string Text =>
        _parts.Length == 1 ? Number : $"{Number} ({_parts[1][..Math.Min(CommitCharacters, _parts[1].Length)]})";
}
