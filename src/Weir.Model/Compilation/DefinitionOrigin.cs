namespace Weir.Model;

/// <summary>
/// Where a definition came from: what errors call it, and the place of each of its properties. Made by whoever reads the
/// definition; must never influence what it compiles to.
/// </summary>
/// <param name="Label">How errors name the resource: `TargetGroup 'Api'`.</param>
/// <param name="Location">Where the resource begins.</param>
/// <param name="Properties">Places by property path: `Matcher.HttpCode`, `Targets[0].Id`, `TargetGroupAttributes[key]`.</param>
public sealed record DefinitionOrigin(
    string Label, SourceLocation? Location, IReadOnlyDictionary<string, SourceLocation> Properties)
{
    public DefinitionOrigin(string label)
        : this(label, null, new Dictionary<string, SourceLocation>())
    {
    }

    /// <summary>The place of the property; if it was not written, that of what encloses it.</summary>
    public SourceLocation? Locate(string property)
    {
        for (var path = property; path.Length > 0; path = Enclosing(path))
        {
            if (Properties.TryGetValue(path, out var place))
            {
                return place;
            }
        }

        return Location;
    }

    // An attribute key stands in brackets and has dots of its own, so a bracket goes as a whole.
    private static string Enclosing(string path)
    {
        var cut = path.EndsWith(']') ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return cut < 0 ? "" : path[..cut];
    }
}
