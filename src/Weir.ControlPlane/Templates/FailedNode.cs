using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>A value that could not be evaluated and whose error is reported already.</summary>
internal sealed record FailedNode(SourceLocation Location) : TemplateNode(Location, 1);
