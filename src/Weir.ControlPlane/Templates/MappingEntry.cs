using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>One key of a mapping and its value.</summary>
internal sealed record MappingEntry(string Key, SourceLocation KeyLocation, TemplateNode Value);
