using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>All of one simulated load balancer: its clock, its chance, its parts, and what has been written down. One thread's.</summary>
internal sealed class Universe
{
    private readonly EventQueue _queue = new();

    public Universe(UniverseSettings settings, SeededRandom random)
    {
        Settings = settings;
        Random = random;
        Nodes = [.. Enumerable.Range(0, settings.Nodes).Select(index => new BalancerNode(
            this, index, $"52.{random.Between(16, 60)}.{random.Below(256)}.{random.Between(1, 254)}",
            Ticks.Of(random.Normal() * settings.NodeClockSpreadSeconds)))];
        Clients = new ClientPopulation(this, settings.Clients);
    }

    public UniverseSettings Settings { get; }

    public SeededRandom Random { get; }

    public long NowTicks => _queue.NowTicks;

    public IReadOnlyList<BalancerNode> Nodes { get; }

    public ClientPopulation Clients { get; }

    public List<TargetGroup> Groups { get; } = [];

    public List<Target> Targets { get; } = [];

    /// <summary>Every line, in the order in which it was written.</summary>
    public List<LogRow> Rows { get; } = [];

    /// <summary>The cause of each row that is an error of the balancer's making.</summary>
    public List<(LogRow Row, string Cause)> Errors { get; } = [];

    public List<HandledRow> HandledRows { get; } = [];

    /// <summary>Requests begin until here; what runs then runs to its end.</summary>
    public long EndOfArrivalsTicks { get; set; }

    public void At(long ticks, Action action) => _queue.At(ticks, action);

    public void After(long delayTicks, Action action) => _queue.After(delayTicks, action);

    public void RunUntil(long ticks) => _queue.RunUntil(ticks);

    public void Write(LogRow row, string? cause)
    {
        Rows.Add(row);
        if (cause is not null) Errors.Add((row, cause));
    }

    public void Handled(HandledRow row) => HandledRows.Add(row);

    public TargetGroup Add(GroupPlan plan)
    {
        var group = new TargetGroup(this, plan);
        for (int index = 0; index < plan.Targets; index++) group.Register();
        Groups.Add(group);
        return group;
    }

    public void Begin(TargetGroup group, UrlProfile url, ClientConnection client, int urlId)
    {
        var exchange = new Exchange(this, client.Node, group, url, urlId, client);
        foreach (Func<Exchange, bool> front in group.Fronts)
        {
            if (front(exchange)) return;
        }

        foreach (Action<Exchange> watcher in group.OnReceive) watcher(exchange);
        client.Node.Receive(exchange);
    }
}
