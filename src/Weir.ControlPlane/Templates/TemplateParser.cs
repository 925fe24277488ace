using System.Globalization;
using Weir.Model;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// Reads YAML, and JSON as the YAML it is, into nodes that know their place. Works from the parser's events: nothing is
/// deserialized by reflection, and nothing but plain data can be made.
/// </summary>
internal sealed class TemplateParser
{
    private const string Template = "template";

    private static readonly string[] _functions =
    [
        "Fn::And", "Fn::Base64", "Fn::Cidr", "Fn::Equals", "Fn::FindInMap", "Fn::GetAtt", "Fn::GetAZs", "Fn::If",
        "Fn::ImportValue", "Fn::Join", "Fn::Not", "Fn::Or", "Fn::Select", "Fn::Split", "Fn::Sub", "Ref", "Condition",
        "Fn::Transform", "Fn::Length", "Fn::ToJsonString",
    ];

    private readonly string _file;
    private readonly TemplateFindings _findings;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, TemplateNode> _anchors = [];
    private long _nodes;

    private TemplateParser(string text, string file, TemplateFindings findings)
    {
        _file = file;
        _findings = findings;
        // Tabs may indent JSON but not YAML. In JSON none can be part of a value, so a space does as well.
        var isJson = text.AsSpan().TrimStart().StartsWith("{");
        _parser = new Parser(new StringReader(isJson ? text.Replace('\t', ' ') : text));
    }

    /// <summary>The document's root, or null after an error that leaves nothing to go on with.</summary>
    public static TemplateNode? Parse(string text, string file, TemplateFindings findings)
    {
        if (text.Length > TemplateLimits.MaxTextCharacters)
        {
            findings.Error(
                Template,
                "",
                new SourceLocation(file, 1, 1),
                $"the template has {text.Length} characters",
                $"up to {TemplateLimits.MaxTextCharacters}");
            return null;
        }

        var parser = new TemplateParser(text, file, findings);
        try
        {
            return parser.ReadDocument();
        }
        catch (YamlException exception)
        {
            findings.Error(
                Template,
                "",
                new SourceLocation(file, (int)exception.Start.Line, (int)exception.Start.Column),
                (exception is TemplateRefusedException ? "" : "syntax error: ") + exception.Message.TrimEnd('.'));
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The library's scanner lets these escape for some broken texts, without a place: say where it had got to.
            parser.Error(
                parser._parser.Current is { } last ? parser.PlaceOf(last) : new SourceLocation(file, 1, 1),
                "syntax error after this line");
            return null;
        }
    }

    private TemplateNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out var end))
        {
            Error(PlaceOf(end), "the template is empty");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            Error(PlaceOf(second), "the file holds more than one document", "one");
        }

        return root;
    }

    private TemplateNode ReadNode(int depth)
    {
        _parser.Accept<ParsingEvent>(out var next);
        var place = PlaceOf(next!);
        if (depth > TemplateLimits.MaxDepth)
        {
            throw Refusal(place, $"nested deeper than {TemplateLimits.MaxDepth} levels");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            // An anchor counts once its node is complete, so no node can contain itself.
            return _anchors.TryGetValue(alias.Value, out var target)
                ? Counted(target, target.Size)
                : throw Refusal(PlaceOf(alias), $"no anchor '{alias.Value}' comes before this alias");
        }

        var (node, anchor) = ReadOwnNode(depth);
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }

        return Counted(node, 1);
    }

    private (TemplateNode Node, AnchorName Anchor) ReadOwnNode(int depth)
    {
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            var place = PlaceOf(scalar);
            var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" && scalar.Tag.IsEmpty;
            return (Tagged(scalar.Tag, new ScalarNode(scalar.Value, place) { IsNull = isNull }, place), scalar.Anchor);
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var items = new List<TemplateNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(depth + 1));
            }

            var place = PlaceOf(sequence);
            return (Tagged(sequence.Tag, new SequenceNode(items, place), place), sequence.Anchor);
        }

        var mapping = _parser.Consume<MappingStart>();
        var start = PlaceOf(mapping);
        return (Tagged(mapping.Tag, ReadMapping(start, depth), start), mapping.Anchor);
    }

    private TemplateNode ReadMapping(SourceLocation place, int depth)
    {
        var entries = new List<MappingEntry>();
        var first = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Refusal(PlaceOf(_parser.Current!), "a key must be a plain text");
            }

            var keyPlace = PlaceOf(key);
            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                throw Refusal(keyPlace, "merge keys (<<) are not supported, here or in CloudFormation");
            }

            var value = ReadNode(depth + 1);
            if (first.TryAdd(key.Value, keyPlace))
            {
                entries.Add(new MappingEntry(key.Value, keyPlace, value));
            }
            else
            {
                Error(keyPlace, $"duplicate key '{key.Value}', first given in line {first[key.Value].Line}");
            }
        }

        return entries is [var only] && (only.Key == "Ref" || only.Key.StartsWith("Fn::", StringComparison.Ordinal))
            ? new FunctionNode(only.Key, only.Value, place)
            : new MappingNode(entries, place);
    }

    private TemplateNode Tagged(TagName tag, TemplateNode node, SourceLocation place)
    {
        if (tag.IsEmpty || tag.IsNonSpecific || tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            return node;
        }

        var name = tag.Value.TrimStart('!');
        var function = name is "Ref" or "Condition" ? name : $"Fn::{name}";
        if (_functions.Contains(function))
        {
            return new FunctionNode(function, node, place);
        }

        var tags = _functions.Select(static known => "!" + known.Replace("Fn::", "", StringComparison.Ordinal));
        Error(place, $"unknown tag '!{name}'{Wording.DidYouMean("!" + name, tags)}");
        return new FailedNode(place);
    }

    private TemplateNode Counted(TemplateNode node, long size)
    {
        _nodes += size;
        return _nodes <= TemplateLimits.MaxNodes
            ? node
            : throw Refusal(
                node.Location,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the template has more than {TemplateLimits.MaxNodes} values, with aliases written out"));
    }

    private SourceLocation PlaceOf(ParsingEvent parsingEvent) =>
        new(_file, (int)parsingEvent.Start.Line, (int)parsingEvent.Start.Column);

    private void Error(SourceLocation place, string message, string? allowed = null) =>
        _findings.Error(Template, "", place, message, allowed);

    private static TemplateRefusedException Refusal(SourceLocation place, string message) =>
        new(new Mark(0, place.Line, place.Column), message);
}
