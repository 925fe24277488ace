using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>One parameter of a template and the value it has in this load.</summary>
internal sealed class TemplateParameter
{
    private static readonly string[] _properties =
    [
        "Type", "Default", "AllowedValues", "AllowedPattern", "ConstraintDescription", "Description", "MaxLength",
        "MaxValue", "MinLength", "MinValue", "NoEcho",
    ];

    /// <summary>A pattern of a template is not worth more; a bad one could run for ever.</summary>
    private static readonly TimeSpan _patternTimeLimit = TimeSpan.FromMilliseconds(200);

    private readonly MappingEntry _declaration;
    private readonly MappingNode _body;
    private readonly TemplateOptions _options;
    private readonly TemplateFindings _findings;
    private bool _isReported;

    private TemplateParameter(
        MappingEntry declaration, MappingNode body, TemplateOptions options, TemplateFindings findings)
    {
        _declaration = declaration;
        _body = body;
        _options = options;
        _findings = findings;
        Type = TextOf("Type") ?? "String";
        Value = options.Parameters.GetValueOrDefault(Name) ?? TextOf("Default");
    }

    public string Name => _declaration.Key;

    private string Type { get; }

    /// <summary>Null if it was not given and has no default.</summary>
    private string? Value { get; }

    private bool IsList => Type == "CommaDelimitedList" || Type.Contains("List<", StringComparison.Ordinal);

    /// <summary>AWS looks such values up, or checks them against the account: Weir cannot and need not.</summary>
    private bool IsAwsType => Type.Contains("AWS::", StringComparison.Ordinal);

    private string Label => $"Parameter '{Name}'";

    public static TemplateParameter? Declare(
        MappingEntry declaration, TemplateOptions options, TemplateFindings findings)
    {
        var label = $"Parameter '{declaration.Key}'";
        if (declaration.Value is not MappingNode body)
        {
            findings.Error(label, "", declaration.KeyLocation, "the declaration must be a mapping with a Type");
            return null;
        }

        foreach (var entry in body.Entries.Where(static entry => !_properties.Contains(entry.Key)))
        {
            findings.Error(
                label,
                entry.Key,
                entry.KeyLocation,
                $"unknown property {entry.Key}{Wording.DidYouMean(entry.Key, _properties)}");
        }

        var parameter = new TemplateParameter(declaration, body, options, findings);
        parameter.CheckType();
        parameter.CheckValue();
        return parameter;
    }

    /// <summary>What a Ref to the parameter stands for, placed where the Ref is.</summary>
    public TemplateNode ValueAt(SourceLocation place)
    {
        if (Value is null && !IsAwsType)
        {
            ReportMissing();
            return new FailedNode(place);
        }

        var isPlaceholder = Value is null || Type.StartsWith("AWS::SSM::", StringComparison.Ordinal);
        var text = Value ?? $"{Placeholder.KindOf(Type.TrimEnd('>'))}-placeholder-{Name}";
        return IsList
            ? new SequenceNode([.. text.Split(',').Select(item => Item(item.Trim()))], place)
            : Item(text);

        ScalarNode Item(string item) => new(item, place) { PlaceholderFor = isPlaceholder ? Name : null };
    }

    private void ReportMissing()
    {
        if (!_isReported)
        {
            _isReported = true;
            _findings.Error(
                Label,
                "",
                _declaration.KeyLocation,
                $"it has no value and no default; add {_options.ParameterFlag} {Name}=VALUE",
                DescribeAllowedValues());
        }
    }

    private void CheckType()
    {
        if (Type is not ("String" or "Number" or "CommaDelimitedList" or "List<Number>" or "List<String>") && !IsAwsType)
        {
            _findings.Error(
                Label,
                "Type",
                PlaceOf("Type"),
                $"Type is '{Type}'",
                "String, Number, CommaDelimitedList, List<Number> or a type that begins with AWS:: or List<AWS::");
        }
    }

    private void CheckValue()
    {
        if (Value is null)
        {
            return;
        }

        var values = IsList ? Value.Split(',', StringSplitOptions.TrimEntries) : [Value];
        if (AllowedValues() is { } allowed && values.Any(value => !allowed.Contains(value)))
        {
            Refuse(DescribeAllowedValues());
        }
        else if (Type is "Number" or "List<Number>")
        {
            CheckNumbers(values);
        }
        else if (Type == "String")
        {
            CheckText(Value);
        }
    }

    private void CheckNumbers(string[] values)
    {
        var smallest = NumberOf("MinValue");
        var largest = NumberOf("MaxValue");
        foreach (var value in values)
        {
            if (ParseNumber(value) is not { } number)
            {
                Refuse("a number");
            }
            else if (number < smallest || number > largest)
            {
                Refuse($"{TextOf("MinValue") ?? "any number"} to {TextOf("MaxValue") ?? "any number"}");
            }
        }
    }

    private void CheckText(string value)
    {
        if (value.Length < NumberOf("MinLength") || value.Length > NumberOf("MaxLength"))
        {
            Refuse($"{TextOf("MinLength") ?? "0"} to {TextOf("MaxLength") ?? "any number of"} characters");
        }
        else if (TextOf("AllowedPattern") is { } pattern && !MatchesPattern(value, pattern))
        {
            Refuse(TextOf("ConstraintDescription") ?? $"what matches {pattern}");
        }
    }

    private bool MatchesPattern(string value, string pattern)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant, _patternTimeLimit);
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            // CloudFormation's dialect is Java's, so this one may be good there.
            _findings.Warning(
                Label, "AllowedPattern", PlaceOf("AllowedPattern"), "AllowedPattern cannot be read here: not checked");
            return true;
        }
    }

    private void Refuse(string? allowed)
    {
        var isGiven = _options.Parameters.ContainsKey(Name);
        _findings.Error(
            Label,
            "Default",
            isGiven ? _declaration.KeyLocation : PlaceOf("Default"),
            $"{(isGiven ? $"{_options.ParameterFlag} gives" : "Default is")} '{Value}'",
            allowed);
    }

    private string? DescribeAllowedValues() => AllowedValues() is { } values ? Wording.AnyOf(values) : null;

    private List<string>? AllowedValues() => _body.Find("AllowedValues")?.Value is SequenceNode values
        ? [.. values.Items.OfType<ScalarNode>().Select(static value => value.Text)]
        : null;

    private string? TextOf(string property) => (_body.Find(property)?.Value as ScalarNode)?.Text;

    private double? NumberOf(string property) => TextOf(property) is { } text ? ParseNumber(text) : null;

    private SourceLocation PlaceOf(string property) => _body.Find(property)?.KeyLocation ?? _declaration.KeyLocation;

    private static double? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
