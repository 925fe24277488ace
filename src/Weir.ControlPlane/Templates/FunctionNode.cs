using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>A call of an intrinsic function, `!Sub x` or `Fn::Sub: x`, not evaluated; the name is the long one.</summary>
internal sealed record FunctionNode(string Name, TemplateNode Argument, SourceLocation Location)
    : TemplateNode(Location, 1 + Argument.Size);
