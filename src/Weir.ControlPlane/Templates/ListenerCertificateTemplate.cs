using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>An AWS::ElasticLoadBalancingV2::ListenerCertificate of a template: certificates besides a listener's default one.</summary>
internal sealed class ListenerCertificateTemplate
{
    private readonly ResourceProperties _properties;
    private readonly ImmutableArray<CertificateFiles> _certificates;

    private ListenerCertificateTemplate(ResourceProperties properties, ImmutableArray<CertificateFiles> certificates)
    {
        _properties = properties;
        _certificates = certificates;
    }

    public static ListenerCertificateTemplate Define(ResourceProperties properties, TemplateOptions options, TemplateGivens givens) =>
        new(properties, CertificateTemplate.Define(properties, options, givens));

    /// <summary>Gives them to their listener; to add one twice changes nothing. Source: ELBv2 API, AddListenerCertificates.</summary>
    public void AddTo(Dictionary<string, ListenerDefinition> listeners)
    {
        if (_properties.Scalar("ListenerArn") is not { } arn)
        {
            return;
        }

        if (arn.PlaceholderFor is not { } name || !listeners.TryGetValue(name, out var listener))
        {
            _properties.Error("ListenerArn", $"ListenerArn is '{arn.Text}'", "a listener of this template, by Ref");
        }
        else if (listener.Protocol != ListenerProtocol.Https)
        {
            _properties.Error("ListenerArn", $"listener '{name}' is not HTTPS", "an HTTPS listener");
        }
        else
        {
            listeners[name] = listener with { Certificates = [.. listener.Certificates.Union(_certificates)] };
        }
    }
}
