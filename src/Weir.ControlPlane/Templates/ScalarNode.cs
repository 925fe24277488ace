using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>A text, number or boolean: templates do not tell them apart.</summary>
internal sealed record ScalarNode(string Text, SourceLocation Location) : TemplateNode(Location, 1)
{
    /// <summary>An empty or null plain scalar, which CloudFormation refuses.</summary>
    public bool IsNull { get; init; }

    /// <summary>The resource or parameter whose value AWS would know after deployment; the text is a stand-in.</summary>
    public string? PlaceholderFor { get; init; }
}
