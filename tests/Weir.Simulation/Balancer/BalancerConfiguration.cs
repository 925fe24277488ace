using System.Net;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>The balancer's configuration in a run: one listener, one group; some attributes differ from seed to seed.</summary>
internal static class BalancerConfiguration
{
    public static BalancerDefinition Of(IPEndPoint listener, IEnumerable<TargetServer> targets, WorldKind kind, WorldTls tls, ulong seed)
    {
        TargetProtocol targetProtocol = tls.Target is null ? TargetProtocol.Http : TargetProtocol.Https;
        var random = new LoopRandom(seed ^ ulong.MaxValue);
        return new BalancerDefinition
        {
            LoadBalancers =
            [
                new LoadBalancerDefinition
                {
                    Name = "simulated",
                    ListenAddress = listener.Address,
                    Attributes =
                    [
                        new AttributeSetting("weir.client_half_close", random.Next(2) == 0 ? "strict" : "tolerate"),
                        new AttributeSetting("weir.pool.order", random.Next(2) == 0 ? "newest_first" : "oldest_first"),
                        new AttributeSetting("routing.http.xff_client_port.enabled", random.Next(2) == 0 ? "true" : "false"),
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
                    Protocol = targetProtocol,
                    ProtocolVersion = kind.Targets,
                    HealthCheck = new HealthCheckDefinition { Protocol = targetProtocol },
                    Targets = [.. targets.Select(target => new TargetDefinition(target.EndPoint.Address.ToString(), target.EndPoint.Port))],
                    Attributes = [new AttributeSetting("deregistration_delay.timeout_seconds", random.Next(2) == 0 ? "3" : "300")],
                },
            ],
            Listeners =
            [
                new ListenerDefinition
                {
                    LoadBalancer = "simulated",
                    Port = listener.Port,
                    Protocol = tls.Certificate is null ? ListenerProtocol.Http : ListenerProtocol.Https,
                    DefaultCertificate = tls.Certificate,
                    DefaultActions = [ActionDefinition.ForwardTo("targets")],
                },
            ],
        };
    }
}
