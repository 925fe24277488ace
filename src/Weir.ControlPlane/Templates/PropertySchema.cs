namespace Weir.ControlPlane.Templates;

/// <summary>One property that a resource may have: its form, and what is in it.</summary>
/// <param name="Name">As templates write it.</param>
/// <param name="Kind">The form of the value.</param>
/// <param name="Words">The texts that are accepted; empty accepts any.</param>
/// <param name="Children">The properties of an object, or of each object in a list.</param>
/// <param name="IsRequired">Whether it is an error to leave it out.</param>
internal sealed record PropertySchema(
    string Name, PropertyKind Kind, string[] Words, PropertySchema[] Children, bool IsRequired)
{
    public static PropertySchema Text(string name, params string[] words) =>
        new(name, PropertyKind.Text, words, [], false);

    public static PropertySchema Integer(string name) => new(name, PropertyKind.Integer, [], [], false);

    public static PropertySchema Flag(string name) => new(name, PropertyKind.Flag, ["true", "false"], [], false);

    public static PropertySchema TextList(string name) => new(name, PropertyKind.TextList, [], [], false);

    public static PropertySchema Object(string name, params PropertySchema[] children) =>
        new(name, PropertyKind.Object, [], children, false);

    public static PropertySchema ObjectList(string name, params PropertySchema[] children) =>
        new(name, PropertyKind.ObjectList, [], children, false);

    public PropertySchema Required() => this with { IsRequired = true };
}
