using YamlDotNet.Core;

namespace Weir.ControlPlane.Templates;

/// <summary>Ends the reading of a template that is well-formed YAML but more than a template may be; never leaves the parser.</summary>
internal sealed class TemplateRefusedException(Mark place, string message) : YamlException(place, place, message);
