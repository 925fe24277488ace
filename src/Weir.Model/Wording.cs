namespace Weir.Model;

/// <summary>How lists of names are put to people in messages.</summary>
public static class Wording
{
    /// <summary>`a`, `a or b`, `a, b or c`.</summary>
    public static string AnyOf(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "",
        1 => words[0],
        _ => $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}",
    };

    /// <summary>`; did you mean a or b?`, or nothing if no candidate is near.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates)
    {
        var near = NearMatches.Find(name, candidates);
        return near.Count == 0 ? "" : $"; did you mean {AnyOf(near)}?";
    }
}
