using System.Globalization;

namespace Weir.Model;

/// <summary>The attributes of one resource after validation, read by definition; anything not set reads as its default.</summary>
internal sealed class AttributeValues(
    Dictionary<string, string> accepted, string property, ResourceFindings findings)
{
    public bool IsSet(AttributeDefinition definition) => accepted.ContainsKey(definition.Key);

    public string Text(AttributeDefinition definition) =>
        accepted.GetValueOrDefault(definition.Key, definition.Default);

    public bool Flag(AttributeDefinition definition) => Text(definition) == "true";

    /// <summary>The number, or null for a word such as `off`.</summary>
    public int? Integer(AttributeDefinition definition) =>
        DecimalNumber.TryParse(Text(definition), 0, int.MaxValue, out var number) ? number : null;

    public TimeSpan Seconds(AttributeDefinition definition) =>
        TimeSpan.FromSeconds(int.Parse(Text(definition), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>Reports that an attribute does not go with something else.</summary>
    public void Refuse(AttributeDefinition definition, string message, string? allowed = null) =>
        findings.Error($"{property}[{definition.Key}]", message, allowed);
}
