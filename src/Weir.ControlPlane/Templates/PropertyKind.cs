namespace Weir.ControlPlane.Templates;

/// <summary>The form of a property's value.</summary>
internal enum PropertyKind
{
    Text,
    Integer,
    Flag,
    TextList,
    Object,
    ObjectList,
}
