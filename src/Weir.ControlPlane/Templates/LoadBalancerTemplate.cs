using System.Net;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>An AWS::ElasticLoadBalancingV2::LoadBalancer of a template to its definition.</summary>
internal static class LoadBalancerTemplate
{
    public static LoadBalancerDefinition Define(ResourceProperties properties, string name, IPAddress listenAddress)
    {
        if (properties.Text("Type") is { } type and not "application")
        {
            properties.Error("Type", $"Type is '{type}': Weir is an application load balancer", "application");
        }

        if (properties.Has("Subnets") && properties.Has("SubnetMappings"))
        {
            properties.Error("SubnetMappings", "Subnets and SubnetMappings are both given", "one of the two");
        }

        return new LoadBalancerDefinition
        {
            Name = name,
            Scheme = AwsNames.ParseScheme(properties.Text("Scheme") ?? "") ?? LoadBalancerScheme.InternetFacing,
            ListenAddress = listenAddress,
            Attributes = properties.Attributes("LoadBalancerAttributes"),
            Origin = properties.Origin(),
        };
    }
}
