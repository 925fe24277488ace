using Weir.LogGenerator.Faults;
using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.Scenarios;

/// <summary>A named kind of trouble, or of health. Each seed gives one log with parameters of its own; the same seed always the same.</summary>
public sealed class Scenario
{
    private readonly Func<IReadOnlyList<Fault>> _faults;

    private Scenario(string name, string? cause, string summary, Func<IReadOnlyList<Fault>> faults)
    {
        Name = name;
        Cause = cause;
        Summary = summary;
        _faults = faults;
    }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        With<KeepAliveRace>("a server that closes idle connections before the balancer does"),
        With<RequestLimit>("a server that closes after so many requests and does not announce it"),
        With<Restart>("processes that are stopped and started, one or all in turn"),
        With<Refusal>("a registered port on which nothing listens"),
        With<SynLoss>("SYNs that nobody answers"),
        With<WorkerTimeout>("a supervisor that ends workers after a fixed time"),
        With<Crash>("workers that die in the middle of a request"),
        With<MalformedResponse>("a kind of request that is answered with garbage, or not at all"),
        With<HandshakeFailure>("targets that TLS fails with"),
        With<SlowTarget>("targets that are silent until the idle timeout"),
        With<EmptyGroup>("times in which no target is registered"),
        With<ShortDelay>("a deregistration delay that is shorter than the requests"),
        With<ImpatientClients>("clients that close before the answer"),
        With<SilentClients>("clients that begin a request and fall silent"),
        With<BadRequests>("requests that the balancer refuses"),
        With<LambdaFailure>("a function that fails or is throttled"),
        With<AuthFailure>("logins and tokens that fail"),
        With<Firewall>("requests that WAF blocks"),
        new("healthy", null, "nothing is wrong: the server outlives the balancer", () => []),
    ];

    public string Name { get; }

    /// <summary>The cause of most of its errors; null for a healthy log. Others may occur as well: <see cref="GeneratedLog.Truth"/> has each.</summary>
    public string? Cause { get; }

    public string Summary { get; }

    /// <summary>Null when no scenario has this name.</summary>
    public static Scenario? Named(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    public GeneratedLog Generate(int seed, GenerationOptions? options = null)
    {
        // The name is part of the seed: seed 7 of two scenarios is not the same network and the same traffic twice.
        ulong mixed = (ulong)(uint)seed;
        foreach (char letter in Name) mixed = (mixed ^ letter) * 0x100000001B3;
        var draw = new Draw(new SeededRandom(mixed), "", new Dictionary<string, string>(StringComparer.Ordinal));
        return new Course(Name, seed, draw, options ?? new GenerationOptions()).Run(_faults(), Cause);
    }

    private static Scenario With<T>(string summary) where T : Fault, new()
    {
        string cause = new T().Cause;
        return new Scenario(cause, cause, summary, () => [new T()]);
    }
}
