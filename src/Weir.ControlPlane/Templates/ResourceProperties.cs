using System.Collections.Immutable;
using System.Globalization;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// The properties of one resource after evaluation and validation, by path. What was refused reads as if it were not
/// there; its error is reported.
/// </summary>
internal sealed class ResourceProperties
{
    private readonly TemplateResource _resource;
    private readonly TemplateFindings _findings;
    private readonly Dictionary<string, ScalarNode> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceLocation> _places = new(StringComparer.Ordinal);

    private ResourceProperties(TemplateResource resource, TemplateFindings findings)
    {
        _resource = resource;
        _findings = findings;
    }

    public string Label => _resource.Label;

    public static ResourceProperties Read(
        TemplateResource resource, PropertySchema[] schema, TemplateEvaluator evaluator, TemplateFindings findings)
    {
        var properties = new ResourceProperties(resource, findings);
        var evaluated = new List<MappingEntry>();
        foreach (var entry in resource.Properties?.Entries ?? [])
        {
            // Unknown properties are refused by name; evaluating them would only add errors.
            var isKnown = schema.Any(known => known.Name == entry.Key);
            if ((isKnown ? evaluator.Evaluate(entry.Value, entry.Key) : entry.Value) is { } value)
            {
                evaluated.Add(entry with { Value = value });
            }
        }

        properties.ReadObject(new MappingNode(evaluated, resource.Location), schema, "");
        return properties;
    }

    public bool Has(string path) => _places.ContainsKey(path);

    public string? Text(string path) => _scalars.GetValueOrDefault(path)?.Text;

    public ScalarNode? Scalar(string path) => _scalars.GetValueOrDefault(path);

    public int? Integer(string path) =>
        Text(path) is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public bool? Flag(string path) => Text(path) is { } text ? text == "true" : null;

    public int Count(string path) => _counts.GetValueOrDefault(path);

    /// <summary>The Key and Value pairs of an attribute list; each value's place is then known by its key.</summary>
    public ImmutableArray<AttributeSetting> Attributes(string path)
    {
        var settings = ImmutableArray.CreateBuilder<AttributeSetting>();
        for (var index = 0; index < Count(path); index++)
        {
            var item = $"{path}[{index}]";
            if (Text($"{item}.Key") is { } key && Text($"{item}.Value") is { } value)
            {
                settings.Add(new AttributeSetting(key, value));
                _places[$"{path}[{key}]"] = _places[$"{item}.Value"];
            }
        }

        return settings.ToImmutable();
    }

    public DefinitionOrigin Origin() => new(Label, _resource.Location, _places);

    public SourceLocation PlaceOf(string path) => Origin().Locate(path) ?? _resource.Location;

    public void Error(string path, string message, string? allowed = null) =>
        _findings.Error(Label, path, PlaceOf(path), message, allowed);

    private void ReadObject(MappingNode mapping, PropertySchema[] schema, string path)
    {
        foreach (var entry in mapping.Entries)
        {
            var own = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            _places[own] = entry.KeyLocation;
            if (Array.Find(schema, known => known.Name == entry.Key) is { } property)
            {
                ReadValue(entry.Value, property, own);
            }
            else if (schema.Length > 0)
            {
                ReportUnknown(entry, schema, own);
            }
        }

        foreach (var missing in schema.Where(known => known.IsRequired && mapping.Find(known.Name) is null))
        {
            var own = path.Length == 0 ? missing.Name : $"{path}.{missing.Name}";
            Error(own, $"{own} is missing", missing.Words.Length > 0 ? Wording.AnyOf(missing.Words) : null);
        }
    }

    private void ReadValue(TemplateNode value, PropertySchema property, string path)
    {
        switch (property.Kind, value)
        {
            case (_, FailedNode):
                break;
            case (PropertyKind.Object, MappingNode mapping):
                ReadObject(mapping, property.Children, path);
                break;
            case (PropertyKind.ObjectList or PropertyKind.TextList, SequenceNode sequence):
                ReadItems(sequence, property, path);
                break;
            case (PropertyKind.TextList, ScalarNode { PlaceholderFor: not null }):
                break;
            case (PropertyKind.Text or PropertyKind.Integer or PropertyKind.Flag, ScalarNode scalar):
                ReadScalar(scalar, property, path);
                break;
            default:
                Error(path, $"{path} is {Describe(value)}", Expected(property.Kind));
                break;
        }
    }

    private void ReadItems(SequenceNode sequence, PropertySchema property, string path)
    {
        _counts[path] = sequence.Items.Count;
        for (var index = 0; index < sequence.Items.Count; index++)
        {
            var own = $"{path}[{index}]";
            var item = sequence.Items[index];
            _places[own] = item.Location;
            switch (property.Kind, item)
            {
                case (_, FailedNode):
                case (PropertyKind.TextList, ScalarNode or SequenceNode):
                    break;
                case (PropertyKind.ObjectList, MappingNode mapping):
                    ReadObject(mapping, property.Children, own);
                    break;
                default:
                    Error(
                        own,
                        $"{own} is {Describe(item)}",
                        Expected(property.Kind == PropertyKind.TextList ? PropertyKind.Text : PropertyKind.Object));
                    break;
            }
        }
    }

    private void ReadScalar(ScalarNode scalar, PropertySchema property, string path)
    {
        if (property.Kind == PropertyKind.Integer
            && !int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            Error(path, $"{path} is {Quoted(scalar)}", "a whole number");
        }
        else if (property.Words.Length > 0 && !property.Words.Contains(scalar.Text))
        {
            Error(path, $"{path} is {Quoted(scalar)}", Wording.AnyOf(property.Words));
        }
        else
        {
            _scalars[path] = scalar;
        }
    }

    private void ReportUnknown(MappingEntry entry, PropertySchema[] schema, string path)
    {
        var names = schema.Select(static known => known.Name).ToList();
        var suggestion = Wording.DidYouMean(entry.Key, names);
        Error(
            path, $"unknown property {path}{suggestion}", suggestion.Length == 0 ? string.Join(", ", names.Order()) : null);
    }

    private static string Quoted(ScalarNode scalar) => scalar.PlaceholderFor is null
        ? $"'{scalar.Text}'"
        : $"'{scalar.Text}', whose value is known only in AWS";

    private static string Describe(TemplateNode node) => node switch
    {
        ScalarNode scalar => Quoted(scalar),
        SequenceNode => "a list",
        _ => "a mapping",
    };

    private static string Expected(PropertyKind kind) => kind switch
    {
        PropertyKind.Object => "a mapping",
        PropertyKind.ObjectList => "a list of mappings",
        PropertyKind.TextList => "a list of texts",
        PropertyKind.Integer => "a whole number",
        PropertyKind.Flag => "true or false",
        _ => "a text",
    };
}
