using System.Diagnostics;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>A value in a template with its place; immutable. Aliases share nodes.</summary>
/// <param name="Location">Where the value begins.</param>
/// <param name="Size">Nodes in it, itself and all that aliases repeat included.</param>
[DebuggerDisplay("{GetType().Name} at {Location}")]
internal abstract record TemplateNode(SourceLocation Location, long Size);
