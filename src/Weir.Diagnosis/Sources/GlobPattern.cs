using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Diagnosis.Sources;

/// <summary>
/// A pattern as shells have it: <c>*</c> and <c>?</c> within a folder, <c>[…]</c>, and <c>**</c> for any folders. Parts of a
/// path are parted by <c>/</c>. A name that begins with a dot is matched by a part that begins with one only.
/// </summary>
internal sealed class GlobPattern
{
    private readonly Regex?[] _parts;

    /// <param name="pattern">With <c>/</c> between its parts, whatever the system has.</param>
    public GlobPattern(string pattern)
    {
        Parts = pattern.Split('/');
        // Null stands for `**`.
        _parts = [.. Parts.Select(static part => part == "**" ? null : Compile(part))];
    }

    /// <summary>The parts as written.</summary>
    public IReadOnlyList<string> Parts { get; }

    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>Whether one part matches one name; <c>**</c> matches every name that is not hidden.</summary>
    public bool MatchesPart(int index, string name) => _parts[index]?.IsMatch(name) ?? !IsHidden(name);

    /// <summary>Whether it matches a whole path.</summary>
    public bool Matches(string path) => Matches(0, path.Split('/'), 0);

    private bool Matches(int part, string[] names, int name)
    {
        for (; part < _parts.Length; part++, name++)
        {
            if (_parts[part] is null)
            {
                for (int next = name; next <= names.Length; next++)
                {
                    if (Matches(part + 1, names, next)) return true;
                    if (next < names.Length && IsHidden(names[next])) return false;
                }

                return false;
            }

            if (name >= names.Length || !MatchesPart(part, names[name])) return false;
        }

        return name == names.Length;
    }

    private static bool IsHidden(string name) => name.StartsWith('.');

    private static Regex Compile(string part)
    {
        var pattern = new StringBuilder(part.StartsWith('.') ? @"\A" : @"\A(?!\.)");
        for (int i = 0; i < part.Length; i++)
        {
            int close = part[i] == '[' ? part.IndexOf(']', Math.Min(i + 2, part.Length)) : -1;
            if (close > 0)
            {
                pattern.Append(Class(part[(i + 1)..close]));
                i = close;
            }
            else
            {
                pattern.Append(part[i] switch { '*' => ".*", '?' => ".", char other => Regex.Escape(other.ToString()) });
            }
        }

        // Interpreted and without backtracking: a pattern is used for one run, and its writer may be careless.
        RegexOptions options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
        if (OperatingSystem.IsWindows()) options |= RegexOptions.IgnoreCase;
        return new Regex(pattern.Append(@"\z").ToString(), options, TimeSpan.FromSeconds(1));
    }

    private static string Class(string inside)
    {
        bool negated = inside[0] is '!' or '^';
        string members = (negated ? inside[1..] : inside).Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
        return negated ? $"[^{members}]" : $"[{members}]";
    }
}
