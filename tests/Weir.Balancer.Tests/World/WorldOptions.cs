using System.Net;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What differs from one test's world to another's; the defaults are those of ALB.</summary>
internal sealed record WorldOptions
{
    /// <summary>Attributes of the load balancer, <c>key=value</c>.</summary>
    public IReadOnlyList<string> LoadBalancer { get; init; } = [];

    /// <summary>Attributes of every target group.</summary>
    public IReadOnlyList<string> TargetGroup { get; init; } = [];

    /// <summary>Of every target group.</summary>
    public TargetProtocol TargetProtocol { get; init; } = TargetProtocol.Http;

    /// <summary>Of every target group. Any but HTTP1 needs an HTTPS listener.</summary>
    public TargetProtocolVersion ProtocolVersion { get; init; } = TargetProtocolVersion.Http1;

    /// <summary>Attributes of the listener.</summary>
    public IReadOnlyList<string> Listener { get; init; } = [];

    /// <summary>What else the listener's definition says.</summary>
    public Func<ListenerDefinition, ListenerDefinition> Define { get; init; } = static listener => listener;

    public int ListenPort { get; init; } = 80;

    /// <summary>Targets registered in each group; the group's number is the third part of their addresses.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>The share of each target group of the forward action.</summary>
    public IReadOnlyList<int> Weights { get; init; } = [1];

    /// <summary>Client connections open at once; 0: no limit.</summary>
    public int MaxClients { get; init; }

    /// <summary>Loops of the balancer; the seed spreads clients over them.</summary>
    public int Loops { get; init; } = 1;

    public HealthCheckDefinition HealthCheck { get; init; } = new() { Port = "9000", IntervalSeconds = 30, TimeoutSeconds = 5 };

    public StickyKey StickyKey { get; init; } = new(new byte[StickyKey.Bytes]);

    public SimNetworkOptions Network { get; init; } = new()
    {
        Link = new SimLinkOptions { LatencyMicros = 500, JitterMicros = 0, SplitProbability = 0 },
        TurnDelayMicros = 0,
    };

    public ulong Seed { get; init; } = 20260101;

    /// <summary>Looks into every exchange.</summary>
    public IExchangeObserver? Observer { get; init; }

    /// <summary>Connections that the test has cut by a bug of its own.</summary>
    public int Bugs { get; init; }

    public IPAddress ListenAddress { get; init; } = BalancerWorld.Address;

    /// <summary>Names the load balancer, and so its listeners' ARNs.</summary>
    public string Name { get; init; } = "web";

    public BalancerSnapshot Compile()
    {
        var definition = new BalancerDefinition
        {
            LoadBalancers =
            [
                new LoadBalancerDefinition
                {
                    Name = Name,
                    ListenAddress = ListenAddress,
                    Attributes = [.. LoadBalancer.Select(Setting)],
                },
            ],
            Listeners =
            [
                Define(new ListenerDefinition
                {
                    LoadBalancer = Name,
                    Port = ListenPort,
                    DefaultActions =
                    [
                        new ForwardActionDefinition
                        {
                            TargetGroups =
                                [.. Weights.Select((weight, index) => new WeightedTargetGroupDefinition($"group{index + 1}", weight))],
                        },
                    ],
                    Attributes = [.. Listener.Select(Setting)],
                }),
            ],
            TargetGroups = [.. Weights.Select((_, index) => Group(index + 1))],
        };
        SnapshotCompilation compiled = SnapshotCompiler.Compile(definition);
        Assert.Empty(compiled.Errors);
        return compiled.Snapshot!;
    }

    private TargetGroupDefinition Group(int number) => new()
    {
        Name = $"group{number}",
        TargetType = TargetType.Ip,
        Protocol = TargetProtocol,
        ProtocolVersion = ProtocolVersion,
        Port = BalancerWorld.TargetPort,
        HealthCheck = HealthCheck,
        Targets = [.. Enumerable.Range(1, Targets).Select(target => new TargetDefinition($"10.0.{number}.{target}"))],
        Attributes = [.. TargetGroup.Select(Setting)],
    };

    private static AttributeSetting Setting(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return new AttributeSetting(text[..equals], text[(equals + 1)..]);
    }
}
