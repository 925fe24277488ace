namespace Weir.Model;

/// <summary>Finds the names that somebody who wrote another one most likely meant.</summary>
public static class NearMatches
{
    /// <summary>More suggestions than this are a list, not help.</summary>
    private const int MaxMatches = 3;

    /// <summary>Longer names are not compared: the distance costs the product of both lengths.</summary>
    private const int MaxNameCharacters = 256;

    /// <summary>Shorter names are near to every other short name.</summary>
    private const int MinNameCharacters = 3;

    /// <summary>Shorter fragments are contained in too many names to mean one.</summary>
    private const int MinFragmentCharacters = 4;

    public static IReadOnlyList<string> Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length is < MinNameCharacters or > MaxNameCharacters)
        {
            return [];
        }

        var furthest = Math.Max(2, name.Length / 4);
        var near = candidates
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(match => match.Distance <= furthest || IsFragment(name, match.Name))
            .ToList();

        // A fragment is far from the whole by its distance, so it counts only where nothing is near.
        var nearest = near.Count == 0 ? 0 : near.Min(static match => match.Distance);
        return [.. near
            .Where(match => match.Distance == nearest || nearest > furthest)
            .OrderBy(static match => match.Distance)
            .ThenBy(static match => match.Name, StringComparer.Ordinal)
            .Take(MaxMatches)
            .Select(static match => match.Name)];
    }

    private static bool IsFragment(string name, string candidate) =>
        name.Length >= MinFragmentCharacters && candidate.Contains(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one name to the other, letter case ignored.</summary>
    private static int Distance(string left, string right)
    {
        var beforePrevious = new int[right.Length + 1];
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = AreEqual(left[i - 1], right[j - 1]);
                current[j] = Math.Min(
                    Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && AreEqual(left[i - 1], right[j - 2]) && AreEqual(left[i - 2], right[j - 1]))
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[right.Length];
    }

    private static bool AreEqual(char left, char right) =>
        char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
