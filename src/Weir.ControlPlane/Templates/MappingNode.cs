using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>Keys and values in the order written, each key once.</summary>
internal sealed record MappingNode(IReadOnlyList<MappingEntry> Entries, SourceLocation Location)
    : TemplateNode(Location, 1 + Entries.Sum(static entry => 1 + entry.Value.Size))
{
    public MappingEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key == key)
            {
                return entry;
            }
        }

        return null;
    }
}
