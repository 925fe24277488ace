using System.Net;
using Weir.Model;

namespace Weir.Simulation.Race;

/// <summary>The balancer's configuration on a day: one listener, one target, ALB's defaults, and the day's mode.</summary>
internal static class RaceConfiguration
{
    public static BalancerDefinition Of(IPEndPoint listener, IPEndPoint target, bool protects, bool learnsFromHints) => new()
    {
        LoadBalancers =
        [
            new LoadBalancerDefinition
            {
                Name = "simulated",
                ListenAddress = listener.Address,
                Attributes =
                [
                    new AttributeSetting("weir.stale_connection.mode", protects ? "protect" : "observe"),
                    new AttributeSetting("weir.stale_connection.learn_from_hints", learnsFromHints ? "true" : "false"),
                ],
            },
        ],
        TargetGroups =
        [
            new TargetGroupDefinition
            {
                Name = "targets",
                TargetType = TargetType.Ip,
                Port = 8080,
                Protocol = TargetProtocol.Http,
                Targets = [new TargetDefinition(target.Address.ToString(), target.Port)],
            },
        ],
        Listeners =
        [
            new ListenerDefinition
            {
                LoadBalancer = "simulated",
                Port = listener.Port,
                DefaultActions = [ActionDefinition.ForwardTo("targets")],
            },
        ],
    };
}
