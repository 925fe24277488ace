using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>All attributes that one kind of resource has; the only place that knows their defaults and ranges. Immutable.</summary>
public sealed class AttributeTable
{
    private readonly FrozenDictionary<string, AttributeDefinition> _byKey;
    private readonly FrozenDictionary<string, string> _elsewhere;

    /// <param name="resourceWords">`Load balancer`, `Target group`, `Listener`: how AWS's messages begin.</param>
    /// <param name="definitions">Every attribute, in the order in which they are listed.</param>
    /// <param name="elsewhere">Keys that exist in AWS but not here, and where they belong.</param>
    public AttributeTable(
        string resourceWords,
        ImmutableArray<AttributeDefinition> definitions,
        IReadOnlyDictionary<string, string> elsewhere)
    {
        ResourceWords = resourceWords;
        Definitions = definitions;
        _byKey = definitions.ToFrozenDictionary(static definition => definition.Key, StringComparer.Ordinal);
        _elsewhere = elsewhere.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string ResourceWords { get; }

    public ImmutableArray<AttributeDefinition> Definitions { get; }

    public AttributeDefinition? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>Why an unknown key is refused, with the keys it may have been meant to be.</summary>
    public string DescribeUnknown(string key) => _elsewhere.TryGetValue(key, out var place)
        ? $"attribute '{key}' exists only on {place}"
        : $"unknown attribute '{key}'{Wording.DidYouMean(key, Definitions.Select(static row => row.Key))}";

    /// <summary>Where a key that this table lacks belongs, of those that AWS has; null if it is nowhere.</summary>
    public string? PlaceElsewhere(string key) => _elsewhere.GetValueOrDefault(key);

    // Source: ALB, observed
    public string AwsUnknownKey(string key) => $"{ResourceWords} attribute key '{key}' is not recognized";

    /// <summary>Validates settings; refusals go to the findings, and a refused attribute reads as its default.</summary>
    internal AttributeValues Read(
        ImmutableArray<AttributeSetting> settings, string property, ResourceFindings findings, TargetType? type = null)
    {
        var accepted = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var path = $"{property}[{setting.Key}]";
            if (!seen.Add(setting.Key))
            {
                findings.Error(path, $"attribute '{setting.Key}' is given twice");
            }
            else if (IsAcceptable(setting, path, findings, type))
            {
                accepted.Add(setting.Key, setting.Value);
            }
        }

        return new AttributeValues(accepted, property, findings);
    }

    private bool IsAcceptable(AttributeSetting setting, string path, ResourceFindings findings, TargetType? type)
    {
        if (Find(setting.Key) is not { } definition)
        {
            findings.Error(path, DescribeUnknown(setting.Key), awsMessage: AwsUnknownKey(setting.Key));
            return false;
        }

        if (definition.OnlyFor is { } only && type is not null && only != type)
        {
            findings.Error(
                path,
                $"attribute '{setting.Key}' exists only on target groups of type {AwsNames.Of(only)}, "
                + $"this one is of type {AwsNames.Of(type.Value)}");
            return false;
        }

        if (!definition.Accepts(setting.Value))
        {
            findings.Error(
                path,
                $"{setting.Key} is '{setting.Value}'",
                definition.Allowed,
                awsMessage: definition.AwsRefusal(setting.Value));
            return false;
        }

        if (definition.NotYetEffective && setting.Value != definition.Default)
        {
            findings.Warning(path, $"{setting.Key} is '{setting.Value}': accepted, but Weir does not act on it yet");
        }

        return true;
    }
}
