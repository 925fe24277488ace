using System.Collections.Immutable;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>The values of `--attribute`, sorted by what they belong to: the key alone decides.</summary>
internal sealed record AttributeFlags(
    ImmutableArray<AttributeSetting> LoadBalancer,
    ImmutableArray<AttributeSetting> TargetGroup,
    ImmutableArray<AttributeSetting> Listener)
{
    private const string Option = "--attribute";

    private static readonly AttributeTable[] _tables =
        [LoadBalancerAttributes.Table, TargetGroupAttributes.Table, ListenerAttributes.Table];

    /// <summary>Every key there is.</summary>
    public static IEnumerable<string> Keys =>
        _tables.SelectMany(static table => table.Definitions).Select(static row => row.Key).Distinct();

    /// <summary>Reads `key=value` texts; <paramref name="given"/> are settings that other options stand for.</summary>
    public static AttributeFlags Read(
        IEnumerable<string> texts, IEnumerable<(string Option, AttributeSetting Setting)> given, List<UsageError> errors)
    {
        var sorted = _tables.ToDictionary(static table => table, static _ => new List<AttributeSetting>());
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string option, AttributeSetting setting) in given)
        {
            seen[setting.Key] = option;
            sorted[TableOf(setting)!].Add(setting);
        }

        foreach (string text in texts)
        {
            if (ReadOne(text, errors) is not { } setting)
            {
                continue;
            }

            if (!seen.TryAdd(setting.Key, Option))
            {
                errors.Add(new UsageError(
                    Option, text, seen[setting.Key] == Option ? "the key is given twice" : $"{seen[setting.Key]} sets the same"));
                continue;
            }

            sorted[TableOf(setting)!].Add(setting);
        }

        return new AttributeFlags(
            [.. sorted[LoadBalancerAttributes.Table]],
            [.. sorted[TargetGroupAttributes.Table]],
            [.. sorted[ListenerAttributes.Table]]);
    }

    private static AttributeSetting? ReadOne(string text, List<UsageError> errors)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            errors.Add(new UsageError(Option, text, "the value is missing", "KEY=VALUE"));
            return null;
        }

        var setting = new AttributeSetting(text[..equals], text[(equals + 1)..]);
        if (TableOf(setting) is not { } table)
        {
            errors.Add(new UsageError(Option, text, DescribeUnknown(setting.Key)));
            return null;
        }

        AttributeDefinition definition = table.Find(setting.Key)!;
        if (!definition.Accepts(setting.Value))
        {
            errors.Add(new UsageError(Option, text, $"'{setting.Value}' is not a value of it", definition.Allowed));
            return null;
        }

        return setting;
    }

    // One key is in two tables, with different values: the one that takes the value has it.
    private static AttributeTable? TableOf(AttributeSetting setting) =>
        _tables.FirstOrDefault(table => table.Find(setting.Key)?.Accepts(setting.Value) == true)
        ?? _tables.FirstOrDefault(table => table.Find(setting.Key) is not null);

    private static string DescribeUnknown(string key)
    {
        string? place = _tables.Select(table => table.PlaceElsewhere(key)).FirstOrDefault(static found => found is not null);
        return place is null
            ? "there is no such attribute" + Wording.DidYouMean(
                key, Keys)
            : $"this attribute exists only on {place}";
    }
}
