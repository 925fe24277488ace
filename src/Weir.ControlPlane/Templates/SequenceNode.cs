using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>A list.</summary>
internal sealed record SequenceNode(IReadOnlyList<TemplateNode> Items, SourceLocation Location)
    : TemplateNode(Location, 1 + Items.Sum(static item => item.Size));
