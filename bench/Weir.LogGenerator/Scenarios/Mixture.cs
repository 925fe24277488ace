using Weir.LogGenerator.Faults;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Scenarios;

/// <summary>
/// One load balancer with several target groups, each with other servers and other trouble, or none. Every fault keeps its own
/// parameters; they meet only in the log, as they do in life.
/// </summary>
public static class Mixture
{
    private const string Name = "mixture";

    // A group has one server, so it gets one of the faults that are about its server.
    private static readonly Func<Fault>[] _ofServers =
    [
        () => new KeepAliveRace(), () => new KeepAliveRace(), () => new RequestLimit(), () => new Restart(), () => new Refusal(), () => new SynLoss(),
        () => new WorkerTimeout(), () => new Crash(), () => new MalformedResponse(), () => new HandshakeFailure(), () => new SlowTarget(),
        () => new ShortDelay(), () => new LambdaFailure(),
    ];

    // These may come on top of any.
    private static readonly Func<Fault>[] _ofClients =
    [
        () => new ImpatientClients(), () => new SilentClients(), () => new BadRequests(), () => new EmptyGroup(), () => new AuthFailure(),
        () => new Firewall(),
    ];

    /// <param name="days">How long the log is; 0 lets the number of requests decide.</param>
    /// <param name="requestsPerSecond">Of the whole load balancer; 0 draws it.</param>
    public static GeneratedLog Generate(int seed, GenerationOptions? options = null, double days = 0, double requestsPerSecond = 0)
    {
        options ??= new GenerationOptions { Requests = 60_000 };
        var draw = new Draw(new SeededRandom((ulong)(uint)seed ^ 0x4D1C_5EED), "", new Dictionary<string, string>(StringComparer.Ordinal));
        UniverseSettings settings = WorldDraw.Settings(draw.For("balancer"));
        int count = draw.Between("groups", 2, 5);
        List<GroupDraw> groups = [.. Enumerable.Range(1, count).Select(number => Draw(draw, ref settings, number))];

        double drawn = groups.Sum(group => group.Plan.RequestsPerSecond);
        double least = groups.SelectMany(group => group.Faults).Select(fault => fault.LeastSeconds).DefaultIfEmpty(300).Max();
        double rate = requestsPerSecond > 0 ? requestsPerSecond : Math.Min(drawn, options.Requests / least);
        double seconds = draw.Keep("seconds", days > 0 ? days * 86_400 : Math.Max(options.Requests / rate, least));
        draw.Keep("requests_per_second", rate);

        var universe = new Universe(settings, draw.Random.Fork()) { EndOfArrivalsTicks = Ticks.Of(seconds) };
        foreach (GroupDraw group in groups) Start(universe, group, rate / drawn, seconds);
        universe.RunUntil(Ticks.Of(seconds + (2 * settings.IdleTimeoutSeconds) + 30));
        return new GeneratedLog(Name, seed, universe, draw.Parameters);
    }

    private static GroupDraw Draw(Draw draw, ref UniverseSettings settings, int number)
    {
        Draw own = draw.For($"group{number}");
        List<Fault> faults = [];
        if (own.Random.Chance(0.75)) faults.Add(own.Random.Pick(_ofServers)());
        if (own.Random.Chance(0.4)) faults.Add(own.Random.Pick(_ofClients)());
        own.Keep("faults", faults.Count == 0 ? "none" : string.Join(",", faults.Select(fault => fault.Cause)));
        // Rates near each other, so that no group drowns the others when all are scaled to one rate.
        double low = faults.Count > 0 ? Math.Max(0.2, faults[0].RatePerTarget.Low) : 0.2;
        GroupPlan plan = WorldDraw.Plan(own, settings, number, low, Math.Max(5, low * 3), mayRace: faults.Count > 0);
        var draws = faults.Select(fault => own.For(fault.Cause)).ToArray();
        for (int index = 0; index < faults.Count; index++) settings = faults[index].Shape(settings, draws[index]);
        for (int index = 0; index < faults.Count; index++) plan = faults[index].Shape(plan, settings, draws[index]);
        return new GroupDraw(plan, faults, draws);
    }

    private static void Start(Universe universe, GroupDraw draw, double rateFactor, double seconds)
    {
        double rate = draw.Plan.RequestsPerSecond * rateFactor;
        TargetGroup group = universe.Add(draw.Plan with { RequestsPerSecond = rate });
        for (int index = 0; index < draw.Faults.Count; index++) draw.Faults[index].Install(universe, group, draw.Draws[index], seconds);
        RuleAnswers.Install(universe, group, rate * 0.01);
        new Traffic(universe, group, rate).Start();
    }

    private sealed record GroupDraw(GroupPlan Plan, IReadOnlyList<Fault> Faults, IReadOnlyList<Draw> Draws);
}
