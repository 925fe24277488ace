namespace Weir.Bench;

/// <summary>Rounds of load on all proxies in turn. They run side by side all the time; only one has work.</summary>
internal sealed class LoadBenchmark(Proxies proxies, ILoadGenerator generator, BenchOptions options)
{
    // Connections, pools and caches are warm after this; the JIT, if one is measured, mostly so.
    private const int WarmUpSeconds = 1;

    public async Task<IReadOnlyList<LoadRow>> RunAsync(Profile profile, int originPort, Action<string> progress)
    {
        var servers = new List<Server>();
        try
        {
            foreach (string name in options.Proxies)
                servers.Add(await proxies.StartAsync(name, originPort, profile));
            foreach (Server server in servers)
            {
                await ResponseCheck.ExpectOkAsync(server, profile);
                await generator.RunAsync(profile, server.Port, WarmUpSeconds);
            }

            Dictionary<string, List<Round>> rounds = servers.ToDictionary(server => server.Name, _ => new List<Round>());
            for (int round = 0; round < options.Rounds; round++)
            {
                progress($"{profile.Name}: round {round + 1} of {options.Rounds}");
                // Whoever comes first finds a cooler machine: the order turns.
                for (int i = 0; i < servers.Count; i++)
                {
                    Server server = servers[(i + round) % servers.Count];
                    rounds[server.Name].Add(await MeasureAsync(profile, server));
                }
            }

            return servers.Select(server => new LoadRow(
                server.Name, rounds[server.Name], Ratio.ToBetterPeer(server.Name, rounds),
                ProcessTree.ResidentBytes(server.ProcessId) / 1e6)).ToArray();
        }
        finally
        {
            foreach (Server server in servers) await server.DisposeAsync();
        }
    }

    private async Task<Round> MeasureAsync(Profile profile, Server server)
    {
        ProcessCost before = ProcessCost.Of(server.ProcessId);
        LoadResult load = await generator.RunAsync(profile, server.Port, options.SecondsPerRun);
        return Round.From(ProcessCost.Of(server.ProcessId) - before, load);
    }
}
