using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.Tests.Schemas;

/// <summary>
/// Holds JSON against the words of JSON Schema that the schemas in docs use; any other word there is an error,
/// so that none goes unchecked. Stricter than the schema in one thing: a property that it does not name is an error.
/// </summary>
// Source: JSON Schema 2020-12, core and validation
internal sealed class SchemaCheck(JsonElement schema)
{
    private static readonly string[] _annotations = ["$schema", "$defs", "title", "description"];

    private readonly List<string> _problems = [];

    public static SchemaCheck Of(string schemaFile) => new(JsonDocument.Parse(File.ReadAllText(schemaFile)).RootElement);

    /// <summary>What is wrong with a value; empty if nothing is.</summary>
    public IReadOnlyList<string> ProblemsOf(JsonElement value)
    {
        _problems.Clear();
        Check(schema, value, "$");
        return [.. _problems];
    }

    private void Check(JsonElement rule, JsonElement value, string path)
    {
        foreach (JsonProperty word in rule.EnumerateObject())
        {
            bool holds = word.Name switch
            {
                "$ref" => CheckReference(word.Value.GetString()!, value, path),
                "type" => HasType(word.Value, value),
                "const" => JsonElement.DeepEquals(word.Value, value),
                "enum" => word.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, word.Value.GetString()!),
                "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= word.Value.GetInt32(),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= word.Value.GetDecimal(),
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= word.Value.GetDecimal(),
                "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= word.Value.GetInt32(),
                "required" => value.ValueKind != JsonValueKind.Object
                    || word.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
                "properties" => CheckProperties(word.Value, value, path),
                "items" => CheckItems(word.Value, value, path),
                _ => _annotations.Contains(word.Name),
            };
            if (!holds)
            {
                _problems.Add($"{path}: {value.GetRawText()} against {word.Name} {word.Value.GetRawText()}");
            }
        }
    }

    private bool CheckReference(string reference, JsonElement value, string path)
    {
        JsonElement rule = schema;
        foreach (string step in reference.Split('/')[1..])
        {
            rule = rule.GetProperty(step);
        }

        Check(rule, value, path);
        return true;
    }

    private bool CheckProperties(JsonElement rules, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        bool allKnown = true;
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (rules.TryGetProperty(property.Name, out JsonElement rule))
            {
                Check(rule, property.Value, $"{path}.{property.Name}");
            }
            else
            {
                allKnown = false;
            }
        }

        return allKnown;
    }

    private bool CheckItems(JsonElement rule, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(rule, item, $"{path}[{index++}]");
            }
        }

        return true;
    }

    private static bool HasType(JsonElement types, JsonElement value) =>
        types.ValueKind == JsonValueKind.Array
            ? types.EnumerateArray().Any(type => Is(type.GetString()!, value))
            : Is(types.GetString()!, value);

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };
}
