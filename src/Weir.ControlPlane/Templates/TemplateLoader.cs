using System.Collections.Immutable;
using System.Text;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// Reads the AWS::ElasticLoadBalancingV2 resources of a CloudFormation template into definitions. It reads files and
/// nothing else: no AWS account, no network, no host names.
/// </summary>
public sealed class TemplateLoader
{
    private const string Template = "template";

    private static readonly string[] _sections =
    [
        "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
        "Transform", "Resources", "Outputs", "Hooks",
    ];

    private static readonly string[] _resourceKeys =
    [
        "Type", "Properties", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy",
        "UpdatePolicy", "Metadata",
    ];

    private static readonly string[] _supportedTypes =
    [
        TemplateResource.LoadBalancerType, TemplateResource.ListenerType, TemplateResource.ListenerCertificateType,
        TemplateResource.TargetGroupType, TemplateResource.TrustStoreType, TemplateResource.TrustStoreRevocationType,
    ];

    // Types that CloudFormation has, so that a mistyped one is told from one that is only not built yet.
    private static readonly string[] _laterTypes =
    [
        "AWS::ElasticLoadBalancingV2::ListenerRule",
    ];

    private readonly TemplateOptions _options;
    private readonly TemplateGivens _givens;
    private readonly TemplateFindings _findings;
    private readonly TemplateScope _scope;
    private readonly TemplateEvaluator _evaluator;

    private TemplateLoader(TemplateOptions options, TemplateFindings findings)
    {
        _options = options;
        _givens = new TemplateGivens(options);
        _findings = findings;
        _scope = new TemplateScope(options);
        _evaluator = new TemplateEvaluator(_scope, findings);
    }

    /// <summary>Loads a file; messages name it as <paramref name="path"/>.</summary>
    public static TemplateResult LoadFile(string path, TemplateOptions options)
    {
        if (Directory.Exists(path))
        {
            return Unreadable(path, "this is a folder, not a template file");
        }

        try
        {
            // Four bytes to a character at most: what is longer is refused by its size without being read.
            if (new FileInfo(path).Length <= TemplateLimits.MaxTextCharacters * 4L)
            {
                return Load(File.ReadAllText(path, Encoding.UTF8), options with { File = path });
            }

            return Unreadable(path, $"the file is larger than {TemplateLimits.MaxTextCharacters} characters");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, exception.Message);
        }
    }

    public static TemplateResult Load(string text, TemplateOptions options)
    {
        var findings = new TemplateFindings();
        BalancerDefinition? definition = null;
        if (TemplateParser.Parse(text, options.File, findings) is { } root)
        {
            definition = new TemplateLoader(options, findings).Read(root);
        }

        return new TemplateResult(findings.HasErrors ? null : definition, findings.Errors, findings.Warnings);
    }

    private static TemplateResult Unreadable(string path, string message) => new(
        null,
        [new ConfigurationError { Resource = $"{Template} '{path}'", Property = "", Message = message }],
        []);

    private BalancerDefinition? Read(TemplateNode node)
    {
        if (node is not MappingNode root)
        {
            _findings.Error(Template, "", node.Location, "the template must be a mapping with the key Resources");
            return null;
        }

        CheckSections(root);
        ReadParameters(root);
        _scope.Mappings = root.Find("Mappings")?.Value as MappingNode;
        _scope.Conditions = root.Find("Conditions")?.Value as MappingNode;
        ReadResources(root);
        var definition = Define();
        _findings.AddUnlessFailed(SnapshotCompiler.Validate(definition).Errors);
        if (!_findings.HasErrors)
        {
            _givens.ReportUnused(_findings, _scope.Resources.ContainsKey);
        }

        return definition;
    }

    private void CheckSections(MappingNode root)
    {
        foreach (var entry in root.Entries.Where(static entry => !_sections.Contains(entry.Key)))
        {
            ReportUnknown(Template, entry, "section", _sections);
        }

        foreach (var section in (string[])["Parameters", "Mappings", "Conditions", "Resources"])
        {
            if (root.Find(section) is { Value: not MappingNode } entry)
            {
                _findings.Error(Template, section, entry.KeyLocation, $"{section} must be a mapping");
            }
        }

        if (root.Find("Transform") is { } transform)
        {
            _findings.Warning(
                Template, "Transform", transform.KeyLocation, "Transform is not applied: macros run only in AWS");
        }
    }

    private void ReportUnknown(string label, MappingEntry entry, string what, string[] known)
    {
        var suggestion = Wording.DidYouMean(entry.Key, known);
        _findings.Error(
            label,
            entry.Key,
            entry.KeyLocation,
            $"unknown {what} {entry.Key}{suggestion}",
            suggestion.Length == 0 ? string.Join(", ", known) : null);
    }

    private void ReadParameters(MappingNode root)
    {
        foreach (var entry in (root.Find("Parameters")?.Value as MappingNode)?.Entries ?? [])
        {
            if (TemplateParameter.Declare(entry, _options, _findings) is { } parameter)
            {
                _scope.Parameters.Add(parameter.Name, parameter);
            }
        }

        foreach (var name in _options.Parameters.Keys.Where(name => !_scope.Parameters.ContainsKey(name)))
        {
            _findings.Error(
                $"{_options.ParameterFlag} {name}",
                "",
                null,
                $"{_options.File} has no parameter '{name}'{Wording.DidYouMean(name, _scope.Parameters.Keys)}");
        }
    }

    private void ReadResources(MappingNode root)
    {
        if (root.Find("Resources") is not { } section)
        {
            _findings.Error(Template, "Resources", root.Location, "Resources is missing");
            return;
        }

        foreach (var entry in (section.Value as MappingNode)?.Entries ?? [])
        {
            if (ReadResource(entry) is { } resource)
            {
                _scope.Resources.Add(resource.LogicalId, resource);
            }
        }
    }

    private TemplateResource? ReadResource(MappingEntry entry)
    {
        var label = $"Resource '{entry.Key}'";
        if (entry.Value is not MappingNode body || body.Find("Type")?.Value is not ScalarNode type)
        {
            _findings.Error(label, "Type", entry.KeyLocation, "a resource needs a Type");
            return null;
        }

        var resource = new TemplateResource(
            entry.Key, type.Text, body.Find("Properties")?.Value as MappingNode, body.Find("Condition"), entry.KeyLocation);
        if (!resource.IsElbv2)
        {
            return resource;
        }

        foreach (var unknown in body.Entries.Where(static key => !_resourceKeys.Contains(key.Key)))
        {
            ReportUnknown(resource.Label, unknown, "key", _resourceKeys);
        }

        if (body.Find("Properties") is { Value: not MappingNode } properties)
        {
            _findings.Error(resource.Label, "Properties", properties.KeyLocation, "Properties must be a mapping");
        }

        CheckType(resource, type);
        return resource;
    }

    private void CheckType(TemplateResource resource, ScalarNode type)
    {
        if (_supportedTypes.Contains(resource.Type))
        {
            return;
        }

        var suggestion = Wording.DidYouMean(resource.Type, _supportedTypes.Concat(_laterTypes));
        var message = _laterTypes.Contains(resource.Type)
            ? $"{resource.Type} is not supported yet"
            : $"unknown type {resource.Type}{suggestion}";
        _findings.Error(resource.Label, "Type", type.Location, message);
    }

    private BalancerDefinition Define()
    {
        var balancers = ImmutableArray.CreateBuilder<LoadBalancerDefinition>();
        var listeners = new Dictionary<string, ListenerDefinition>(StringComparer.Ordinal);
        var certificates = new List<ListenerCertificateTemplate>();
        var revocations = new List<ResourceProperties>();
        var groups = ImmutableArray.CreateBuilder<TargetGroupDefinition>();
        foreach (var resource in _scope.Resources.Values.Where(static resource => _supportedTypes.Contains(resource.Type)))
        {
            _evaluator.Label = resource.Label;
            if (!TemplateScope.IsIncluded(resource, _evaluator))
            {
                continue;
            }

            switch (resource.Type)
            {
                case TemplateResource.LoadBalancerType:
                    string name = NameOf(resource);
                    balancers.Add(LoadBalancerTemplate.Define(
                        Properties(resource, ResourceSchemas.LoadBalancer),
                        name,
                        _options.ListenAddressOf(resource.LogicalId, name)));
                    break;
                case TemplateResource.TargetGroupType:
                    groups.Add(TargetGroupTemplate.Define(
                        Properties(resource, ResourceSchemas.TargetGroup), NameOf(resource), _options, _givens));
                    break;
                case TemplateResource.ListenerCertificateType:
                    certificates.Add(ListenerCertificateTemplate.Define(
                        Properties(resource, ResourceSchemas.ListenerCertificate), _options, _givens));
                    break;
                case TemplateResource.TrustStoreType:
                    // Where its authorities are, is said where it is used.
                    _ = Properties(resource, ResourceSchemas.TrustStore);
                    break;
                case TemplateResource.TrustStoreRevocationType:
                    revocations.Add(Properties(resource, ResourceSchemas.TrustStoreRevocation));
                    break;
                default:
                    listeners.Add(
                        resource.LogicalId,
                        ListenerTemplate.Define(Properties(resource, ResourceSchemas.Listener), _options, _givens));
                    break;
            }
        }

        certificates.ForEach(certificate => certificate.AddTo(listeners));
        revocations.ForEach(lists => TrustStoreTemplate.CheckRevocation(lists, _options, _givens));
        if (balancers.Count == 0 && !_findings.HasErrors)
        {
            _findings.Warning(Template, "Resources", null, $"{_options.File} defines no load balancer");
        }

        return new BalancerDefinition
        {
            Region = _options.Region,
            AccountId = _options.AccountId,
            LoadBalancers = balancers.ToImmutable(),
            Listeners = [.. listeners.Values],
            TargetGroups = groups.ToImmutable(),
        };
    }

    private ResourceProperties Properties(TemplateResource resource, PropertySchema[] schema) =>
        ResourceProperties.Read(resource, schema, _evaluator, _findings);

    private string NameOf(TemplateResource resource) => _scope.NameOf(resource, _evaluator);
}
