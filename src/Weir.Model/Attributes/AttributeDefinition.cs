using System.Collections.Immutable;
using System.Globalization;

namespace Weir.Model;

/// <summary>What one attribute key means: default, form, range. One row of an <see cref="AttributeTable"/>; immutable.</summary>
public sealed class AttributeDefinition
{
    /// <summary>Longest value of any attribute. Source: ELBv2 API model, LoadBalancerAttributeValue.</summary>
    public const int MaxValueCharacters = 1024;

    private AttributeDefinition(string key, AttributeKind kind, string defaultValue)
    {
        Key = key;
        Kind = kind;
        Default = defaultValue;
    }

    public string Key { get; }

    public AttributeKind Kind { get; }

    public string Default { get; }

    /// <summary>Smallest and largest number of an integer attribute; both included.</summary>
    public int Minimum { get; private init; }

    public int Maximum { get; private init; }

    /// <summary>Unit of an integer attribute, such as `seconds`; empty if it has none.</summary>
    public string Unit { get; private init; } = "";

    /// <summary>The words that are accepted: all of a flag or choice, and those beside the range of an integer.</summary>
    public ImmutableArray<string> Words { get; private init; } = [];

    public AttributeTextRule? TextRule { get; private init; }

    /// <summary>The value is accepted, kept and shown, but nothing in Weir acts on it yet.</summary>
    public bool NotYetEffective { get; private init; }

    /// <summary>The target type the attribute is for, if it is for one only.</summary>
    public TargetType? OnlyFor { get; private init; }

    /// <summary>What is allowed, for people: `1–4000 seconds`, `monitor, defensive or strictest`.</summary>
    public string Allowed => Kind switch
    {
        AttributeKind.Integer => DescribeRange(),
        AttributeKind.Text => TextRule?.Allowed ?? $"up to {MaxValueCharacters} characters",
        _ => Wording.AnyOf(Words),
    };

    public static AttributeDefinition ForFlag(string key, bool defaultValue, bool notYetEffective = false) =>
        new(key, AttributeKind.Flag, defaultValue ? "true" : "false")
        {
            Words = ["true", "false"],
            NotYetEffective = notYetEffective,
        };

    public static AttributeDefinition ForInteger(
        string key,
        string defaultValue,
        int minimum,
        int maximum,
        string unit = "",
        string[]? words = null,
        bool notYetEffective = false) =>
        new(key, AttributeKind.Integer, defaultValue)
        {
            Minimum = minimum,
            Maximum = maximum,
            Unit = unit,
            Words = [.. words ?? []],
            NotYetEffective = notYetEffective,
        };

    public static AttributeDefinition ForChoice(
        string key, string defaultValue, string[] words, bool notYetEffective = false) =>
        new(key, AttributeKind.Choice, defaultValue)
        {
            Words = [.. words],
            NotYetEffective = notYetEffective,
        };

    public static AttributeDefinition ForText(
        string key, AttributeTextRule? rule = null, bool notYetEffective = false) =>
        new(key, AttributeKind.Text, "") { TextRule = rule, NotYetEffective = notYetEffective };

    public AttributeDefinition For(TargetType type) => new(Key, Kind, Default)
    {
        Minimum = Minimum,
        Maximum = Maximum,
        Unit = Unit,
        Words = Words,
        TextRule = TextRule,
        NotYetEffective = NotYetEffective,
        OnlyFor = type,
    };

    public bool Accepts(string value)
    {
        if (Words.Contains(value))
        {
            return true;
        }

        return Kind switch
        {
            AttributeKind.Integer => DecimalNumber.TryParse(value, Minimum, Maximum, out _),
            AttributeKind.Text => value.Length <= MaxValueCharacters
                && (value.Length == 0 || TextRule is null || TextRule.Accepts(value)),
            _ => false,
        };
    }

    /// <summary>The refusal of a value as AWS words it.</summary>
    // Source: the integer form is known from moto; the other forms are worded after it.
    public string AwsRefusal(string value) => Kind switch
    {
        AttributeKind.Integer => string.Create(
            CultureInfo.InvariantCulture,
            $"'{Key}' value '{value}' must be between '{Minimum}-{Maximum}' inclusive"),
        AttributeKind.Text => $"'{Key}' value '{value}' is not valid",
        _ => $"'{Key}' value '{value}' must be one of [{string.Join(", ", Words)}]",
    };

    private string DescribeRange()
    {
        var range = Maximum == int.MaxValue ? $"{Minimum} or more" : $"{Minimum}–{Maximum}";
        var withUnit = Unit.Length == 0 ? range : $"{range} {Unit}";
        return Words.IsEmpty ? withUnit : $"{Wording.AnyOf(Words)}, or {withUnit}";
    }
}
