namespace Weir.Model;

/// <summary>The form that an attribute's value has. All values travel as text.</summary>
public enum AttributeKind
{
    Flag,
    Integer,
    Choice,
    Text,
}
