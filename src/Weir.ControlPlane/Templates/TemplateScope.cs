using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>Everything that names in one template can refer to. Filled once by the loader, then only read.</summary>
internal sealed class TemplateScope(TemplateOptions options)
{
    private readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal);

    public TemplateOptions Options => options;

    public ResourceArns Arns { get; } = new(options.Region, options.AccountId);

    public Dictionary<string, TemplateParameter> Parameters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TemplateResource> Resources { get; } = new(StringComparer.Ordinal);

    public MappingNode? Mappings { get; set; }

    public MappingNode? Conditions { get; set; }

    /// <summary>Conditions already computed; null for one that is being computed.</summary>
    public Dictionary<string, bool?> ConditionValues { get; } = new(StringComparer.Ordinal);

    public TemplateNode? Refer(FunctionNode function, string path, TemplateEvaluator evaluator)
    {
        if (function.Argument is not ScalarNode { Text: var name })
        {
            return evaluator.Fail(function, path, "Ref needs the name of a parameter or resource");
        }

        if (name == "AWS::NoValue")
        {
            return null;
        }

        if (Pseudo(name) is { } pseudo)
        {
            return new ScalarNode(pseudo, function.Location);
        }

        if (Parameters.TryGetValue(name, out var parameter))
        {
            return parameter.ValueAt(function.Location);
        }

        if (!Resources.TryGetValue(name, out var resource))
        {
            var known = Parameters.Keys.Concat(Resources.Keys);
            return evaluator.Fail(
                function, path, $"there is no parameter or resource '{name}'{Wording.DidYouMean(name, known)}");
        }

        if (!IsIncluded(resource, evaluator))
        {
            return evaluator.Fail(
                function,
                path,
                $"resource '{name}' does not exist, because its condition '{ConditionOf(resource)}' is false");
        }

        return ArnOf(resource, evaluator) is { } arn
            ? new ScalarNode(arn, function.Location)
            : new ScalarNode($"{Placeholder.KindOf(resource.Type)}-placeholder-{name}", function.Location)
            {
                PlaceholderFor = name,
            };
    }

    public TemplateNode Attribute(
        string id, string attribute, FunctionNode function, string path, TemplateEvaluator evaluator)
    {
        if (!Resources.TryGetValue(id, out var resource))
        {
            return evaluator.Fail(
                function, path, $"there is no resource '{id}'{Wording.DidYouMean(id, Resources.Keys)}");
        }

        return ValueOf(resource, attribute, evaluator) is { } value
            ? new ScalarNode(value, function.Location)
            : new ScalarNode($"{id}.{attribute}", function.Location) { PlaceholderFor = id };
    }

    public static bool IsIncluded(TemplateResource resource, TemplateEvaluator evaluator) =>
        resource.Condition is not { Value: ScalarNode name } condition
        || evaluator.IsTrue(name.Text, condition.KeyLocation, "Condition");

    /// <summary>The name a load balancer or target group is given, or one made from its logical id.</summary>
    public string NameOf(TemplateResource resource, TemplateEvaluator evaluator)
    {
        if (_names.TryGetValue(resource.LogicalId, out var known))
        {
            // Null while it is being computed: a name made of itself.
            return known ?? Generated(resource);
        }

        _names[resource.LogicalId] = null;
        var label = evaluator.Label;
        evaluator.Label = resource.Label;
        var given = resource.Properties?.Find("Name") is { } entry
            ? evaluator.Evaluate(entry.Value, "Name") as ScalarNode
            : null;
        evaluator.Label = label;
        var name = given?.Text ?? Generated(resource);
        _names[resource.LogicalId] = name;
        return name;
    }

    private string? ArnOf(TemplateResource resource, TemplateEvaluator evaluator) => resource.Type switch
    {
        TemplateResource.LoadBalancerType => Arns.LoadBalancer(NameOf(resource, evaluator)),
        TemplateResource.TargetGroupType => Arns.TargetGroup(NameOf(resource, evaluator)),
        _ => null,
    };

    // Source: CloudFormation user guide, AWS::ElasticLoadBalancingV2 return values
    private string? ValueOf(TemplateResource resource, string attribute, TemplateEvaluator evaluator) =>
        (resource.Type, attribute) switch
        {
            (TemplateResource.LoadBalancerType, "LoadBalancerArn") => ArnOf(resource, evaluator),
            (TemplateResource.LoadBalancerType, "LoadBalancerName") => NameOf(resource, evaluator),
            (TemplateResource.LoadBalancerType, "LoadBalancerFullName") =>
                ResourceArns.LoadBalancerResourceId(NameOf(resource, evaluator)),
            (TemplateResource.LoadBalancerType, "DNSName") =>
                Arns.DnsName(NameOf(resource, evaluator), SchemeOf(resource)),
            (TemplateResource.TargetGroupType, "TargetGroupArn") => ArnOf(resource, evaluator),
            (TemplateResource.TargetGroupType, "TargetGroupName") => NameOf(resource, evaluator),
            (TemplateResource.TargetGroupType, "TargetGroupFullName") =>
                ResourceArns.TargetGroupResourceId(NameOf(resource, evaluator)),
            _ => null,
        };

    // Source: CloudFormation user guide, pseudo parameters
    private string? Pseudo(string name) => name switch
    {
        "AWS::Region" => options.Region,
        "AWS::AccountId" => options.AccountId,
        "AWS::StackName" => options.StackName,
        "AWS::StackId" =>
            $"arn:aws:cloudformation:{options.Region}:{options.AccountId}:stack/{options.StackName}/local",
        "AWS::Partition" => "aws",
        "AWS::URLSuffix" => "amazonaws.com",
        "AWS::NotificationARNs" => "",
        _ => null,
    };

    private static LoadBalancerScheme SchemeOf(TemplateResource resource) =>
        resource.Properties?.Find("Scheme")?.Value is ScalarNode { Text: "internal" }
            ? LoadBalancerScheme.Internal
            : LoadBalancerScheme.InternetFacing;

    private static string ConditionOf(TemplateResource resource) =>
        (resource.Condition?.Value as ScalarNode)?.Text ?? "";

    // CloudFormation appends random letters; here the same template must give the same names. Logical ids are
    // letters and digits, so all that can be wrong with them is their length.
    private static string Generated(TemplateResource resource) =>
        resource.LogicalId.Length <= ResourceNames.MaxCharacters
            ? resource.LogicalId
            : resource.LogicalId[..ResourceNames.MaxCharacters];
}
