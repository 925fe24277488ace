using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// Replaces the intrinsic functions in one template by their values. Null stands for AWS::NoValue; a value that cannot
/// be had is a <see cref="FailedNode"/>, its error reported once.
/// </summary>
internal sealed class TemplateEvaluator(TemplateScope scope, TemplateFindings findings)
{
    /// <summary>What errors are reported on while one resource is evaluated.</summary>
    public string Label { get; set; } = "template";

    public TemplateNode? Evaluate(TemplateNode node, string path)
    {
        switch (node)
        {
            case ScalarNode { IsNull: true }:
                return Fail(node, path, $"{(path.Length == 0 ? "the value" : path)} has no value");
            case SequenceNode sequence:
                return EvaluateItems(sequence, path);
            case MappingNode mapping:
                return EvaluateEntries(mapping, path);
            case FunctionNode function:
                return Call(function, path);
            default:
                return node;
        }
    }

    /// <summary>The text of a value; null after an error or for AWS::NoValue.</summary>
    public string? EvaluateText(TemplateNode node, string path)
    {
        var value = Evaluate(node, path);
        if (value is ScalarNode scalar)
        {
            return scalar.Text;
        }

        if (value is SequenceNode or MappingNode)
        {
            Fail(node, path, "expected a text here");
        }

        return null;
    }

    /// <summary>Whether a condition holds; false after an error.</summary>
    public bool IsTrue(string condition, SourceLocation place, string path)
    {
        if (scope.Conditions?.Find(condition) is not { } entry)
        {
            var names = scope.Conditions?.Entries.Select(static known => known.Key) ?? [];
            Fail(place, path, $"there is no condition '{condition}'{Wording.DidYouMean(condition, names)}");
            return false;
        }

        if (scope.ConditionValues.TryGetValue(condition, out var known))
        {
            if (known is null)
            {
                Fail(place, path, $"condition '{condition}' depends on itself");
            }

            return known ?? false;
        }

        // Null while it is being computed: whoever meets it there goes in a circle.
        scope.ConditionValues[condition] = null;
        var value = EvaluateCondition(entry.Value, path);
        scope.ConditionValues[condition] = value;
        return value;
    }

    private SequenceNode EvaluateItems(SequenceNode sequence, string path)
    {
        var items = new List<TemplateNode>(sequence.Items.Count);
        for (var index = 0; index < sequence.Items.Count; index++)
        {
            if (Evaluate(sequence.Items[index], $"{path}[{index}]") is { } item)
            {
                items.Add(item);
            }
        }

        return new SequenceNode(items, sequence.Location);
    }

    private TemplateNode EvaluateEntries(MappingNode mapping, string path)
    {
        var entries = new List<MappingEntry>(mapping.Entries.Count);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key.StartsWith("Fn::", StringComparison.Ordinal))
            {
                return Fail(entry.KeyLocation, path, $"{entry.Key} must be the only key of its mapping");
            }

            if (Evaluate(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}") is { } value)
            {
                entries.Add(entry with { Value = value });
            }
        }

        return new MappingNode(entries, mapping.Location);
    }

    // Source: CloudFormation user guide, intrinsic function reference
    private TemplateNode? Call(FunctionNode function, string path) => function.Name switch
    {
        "Ref" => scope.Refer(function, path, this),
        "Fn::GetAtt" => GetAtt(function, path),
        "Fn::Sub" => Sub(function, path),
        "Fn::Join" => Join(function, path),
        "Fn::If" => If(function, path),
        "Fn::FindInMap" => FindInMap(function, path),
        "Fn::Select" => Select(function, path),
        "Fn::Split" => Split(function, path),
        "Fn::Base64" => EvaluateText(function.Argument, path) is { } text
            ? Text(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)), function)
            : new FailedNode(function.Location),
        "Fn::GetAZs" => new SequenceNode(
            [.. "abc".Select(zone => Text($"{scope.Options.Region}{zone}", function))], function.Location),
        "Fn::ImportValue" => EvaluateText(function.Argument, path) is { } name
            ? Text($"import-placeholder-{name}", function) with { PlaceholderFor = name }
            : new FailedNode(function.Location),
        "Fn::Equals" or "Fn::And" or "Fn::Or" or "Fn::Not" or "Condition" =>
            Fail(function, path, $"{function.Name} may only stand in Conditions"),
        _ => Fail(function, path, $"{function.Name} is not supported yet"),
    };

    private TemplateNode GetAtt(FunctionNode function, string path)
    {
        var parts = function.Argument switch
        {
            ScalarNode scalar => scalar.Text.Split('.', 2),
            SequenceNode { Items: [ScalarNode resource, { } attribute] } =>
                [resource.Text, EvaluateText(attribute, path) ?? ""],
            _ => [],
        };
        return parts is [{ Length: > 0 } id, { Length: > 0 } name]
            ? scope.Attribute(id, name, function, path, this)
            : Fail(function, path, "Fn::GetAtt needs a resource and an attribute", "Resource.Attribute");
    }

    private TemplateNode Sub(FunctionNode function, string path)
    {
        var (template, variables) = function.Argument switch
        {
            ScalarNode scalar => (scalar.Text, null),
            SequenceNode { Items: [ScalarNode scalar, MappingNode map] } => (scalar.Text, map),
            _ => (null, null),
        };
        if (template is null)
        {
            return Fail(function, path, "Fn::Sub needs a text, or a list of a text and a mapping of variables");
        }

        var built = new System.Text.StringBuilder();
        // Each variable once: nested calls that name theirs twice would otherwise take twice as long at every level.
        var values = new Dictionary<string, ScalarNode?>(StringComparer.Ordinal);
        string? placeholder = null;
        var isComplete = true;
        for (var index = 0; index < template.Length;)
        {
            var open = template.IndexOf("${", index, StringComparison.Ordinal);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                built.Append(template, index, template.Length - index);
                break;
            }

            built.Append(template, index, open - index);
            var name = template[(open + 2)..close].Trim();
            index = close + 1;
            if (name.StartsWith('!'))
            {
                // ${!Literal} writes ${Literal}.
                built.Append("${").Append(name.AsSpan(1)).Append('}');
                continue;
            }

            if (!values.TryGetValue(name, out var value))
            {
                value = Variable(name, variables, function, path);
                values.Add(name, value);
            }

            isComplete &= value is not null;
            placeholder ??= value?.PlaceholderFor;
            built.Append(value?.Text);
            if (built.Length > TemplateLimits.MaxBuiltCharacters)
            {
                return TooLong(function, path);
            }
        }

        return isComplete
            ? new ScalarNode(built.ToString(), function.Location) { PlaceholderFor = placeholder }
            : new FailedNode(function.Location);
    }

    private ScalarNode? Variable(string name, MappingNode? variables, FunctionNode function, string path)
    {
        var value = variables?.Find(name) is { } variable
            ? Evaluate(variable.Value, path)
            : name.Contains('.', StringComparison.Ordinal)
                ? GetAtt(new FunctionNode("Fn::GetAtt", Text(name, function), function.Location), path)
                : scope.Refer(new FunctionNode("Ref", Text(name, function), function.Location), path, this);
        if (value is SequenceNode or MappingNode or null)
        {
            Fail(function, path, $"${{{name}}} is not a text");
        }

        return value as ScalarNode;
    }

#pragma warning disable CA1859 // The rule overlooks the nodes made by `with`.
    private TemplateNode Join(FunctionNode function, string path)
#pragma warning restore CA1859
    {
        if (function.Argument is not SequenceNode { Items: [ScalarNode delimiter, { } list] })
        {
            return Fail(function, path, "Fn::Join needs a delimiter and a list");
        }

        var value = Evaluate(list, path);
        if (value is not SequenceNode items || items.Items.Any(static item => item is not ScalarNode))
        {
            return value is FailedNode || (value as SequenceNode)?.Items.Any(static item => item is FailedNode) == true
                ? new FailedNode(function.Location)
                : Fail(function, path, "Fn::Join needs a list of texts");
        }

        var texts = items.Items.OfType<ScalarNode>().ToList();
        var length = texts.Sum(static text => (long)text.Text.Length) + ((long)delimiter.Text.Length * texts.Count);
        return length > TemplateLimits.MaxBuiltCharacters
            ? TooLong(function, path)
            : Text(string.Join(delimiter.Text, texts.Select(static text => text.Text)), function) with
            {
                PlaceholderFor = texts.Find(static text => text.PlaceholderFor is not null)?.PlaceholderFor,
            };
    }

    private TemplateNode? If(FunctionNode function, string path)
    {
        if (function.Argument is not SequenceNode { Items: [ScalarNode condition, { } yes, { } no] })
        {
            return Fail(function, path, "Fn::If needs the name of a condition and two values");
        }

        return Evaluate(IsTrue(condition.Text, condition.Location, path) ? yes : no, path);
    }

    private TemplateNode FindInMap(FunctionNode function, string path)
    {
        if (function.Argument is not SequenceNode { Items: [{ } first, { } second, { } third, ..] })
        {
            return Fail(function, path, "Fn::FindInMap needs a mapping, a top-level key and a second-level key");
        }

        if (EvaluateText(first, path) is not { } map
            || EvaluateText(second, path) is not { } top
            || EvaluateText(third, path) is not { } key)
        {
            return new FailedNode(function.Location);
        }

        if (Level(scope.Mappings, map, "mapping", function, path) is not { } tops
            || Level(tops, top, $"key in mapping '{map}'", function, path) is not { } keys)
        {
            return new FailedNode(function.Location);
        }

        return keys.Find(key)?.Value switch
        {
            ScalarNode scalar => scalar with { Location = function.Location },
            SequenceNode sequence => sequence,
            _ => Unknown(key, keys, $"key in mapping '{map}' under '{top}'", function, path),
        };
    }

    private MappingNode? Level(MappingNode? from, string key, string what, FunctionNode function, string path)
    {
        if (from?.Find(key)?.Value is MappingNode level)
        {
            return level;
        }

        Unknown(key, from, what, function, path);
        return null;
    }

    private FailedNode Unknown(string key, MappingNode? from, string what, FunctionNode function, string path)
    {
        var keys = from?.Entries.Select(static entry => entry.Key).ToList() ?? [];
        return Fail(
            function, path, $"there is no {what} called '{key}'", keys.Count is > 0 and < 20 ? Wording.AnyOf(keys) : null);
    }

#pragma warning disable CA1859 // The rule overlooks the nodes made by `with`.
    private TemplateNode Select(FunctionNode function, string path)
#pragma warning restore CA1859
    {
        if (function.Argument is not SequenceNode { Items: [{ } position, { } list] })
        {
            return Fail(function, path, "Fn::Select needs an index and a list");
        }

        var value = Evaluate(list, path);
        if (EvaluateText(position, path) is not { } text || value is FailedNode)
        {
            return new FailedNode(function.Location);
        }

        if (value is not SequenceNode items)
        {
            return Fail(function, path, "Fn::Select needs a list as its second argument");
        }

        return int.TryParse(text, out var index) && index >= 0 && index < items.Items.Count
            ? items.Items[index] with { Location = function.Location }
            : Fail(
                function,
                path,
                $"Fn::Select has index {text} for a list of {items.Items.Count}",
                items.Items.Count == 0 ? null : $"0–{items.Items.Count - 1}");
    }

    private TemplateNode Split(FunctionNode function, string path)
    {
        if (function.Argument is not SequenceNode { Items: [ScalarNode { Text.Length: > 0 } delimiter, { } source] })
        {
            return Fail(function, path, "Fn::Split needs a delimiter and a text");
        }

        return EvaluateText(source, path) is { } text
            ? new SequenceNode([.. text.Split(delimiter.Text).Select(part => Text(part, function))], function.Location)
            : new FailedNode(function.Location);
    }

    private bool EvaluateCondition(TemplateNode node, string path)
    {
        // {Condition: Name} names a condition only here; elsewhere Condition is an ordinary key.
        if (node is MappingNode { Entries: [{ Key: "Condition", Value: ScalarNode named }] })
        {
            return IsTrue(named.Text, named.Location, path);
        }

        switch (node)
        {
            case FunctionNode { Name: "Condition", Argument: ScalarNode name }:
                return IsTrue(name.Text, name.Location, path);
            case FunctionNode { Name: "Fn::Equals", Argument: SequenceNode { Items: [{ } left, { } right] } }:
                return EvaluateText(left, path) is { } leftText && EvaluateText(right, path) is { } rightText
                    && leftText == rightText;
            case FunctionNode { Name: "Fn::Not", Argument: SequenceNode { Items: [{ } negated] } }:
                return !EvaluateCondition(negated, path);
            case FunctionNode { Name: "Fn::And", Argument: SequenceNode all }:
                return all.Items.All(item => EvaluateCondition(item, path));
            case FunctionNode { Name: "Fn::Or", Argument: SequenceNode any }:
                return any.Items.Any(item => EvaluateCondition(item, path));
            default:
                Fail(node, path, "this is not a condition", "Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition");
                return false;
        }
    }

    public FailedNode Fail(TemplateNode node, string path, string message, string? allowed = null) =>
        Fail(node.Location, path, message, allowed);

    private FailedNode Fail(SourceLocation place, string path, string message, string? allowed = null)
    {
        findings.Error(Label, path, place, message, allowed);
        return new FailedNode(place);
    }

    private FailedNode TooLong(FunctionNode function, string path) =>
        Fail(function, path, $"{function.Name} builds a text of more than {TemplateLimits.MaxBuiltCharacters} characters");

    private static ScalarNode Text(string text, FunctionNode function) => new(text, function.Location);
}
