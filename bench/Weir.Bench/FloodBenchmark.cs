namespace Weir.Bench;

/// <summary>Plain requests, first alone and then beside a flood of TLS handshakes, on each proxy in turn.</summary>
internal sealed class FloodBenchmark(Proxies proxies, Workspace workspace, BenchOptions options)
{
    private readonly Wrk _wrk = new(workspace) { ComesFirst = true };
    private readonly Handshakes _handshakes = new();

    public async Task<IReadOnlyList<FloodRow>> RunAsync(Profile profile, int originPort, Action<string> progress)
    {
        var servers = new List<Server>();
        Profile plain = profile with { Certificate = null };
        try
        {
            foreach (string name in options.Proxies)
                servers.Add(await proxies.StartAsync(name, originPort, profile));
            FloodRow[] rows = [.. servers.Select(server => new FloodRow(server.Name, [], [], []))];
            foreach (Server server in servers)
            {
                await ResponseCheck.ExpectOkAsync(server.Port, server.Name, profile);
                await ResponseCheck.ExpectOkAsync(server.SecondPort, server.Name, plain);
            }

            for (int round = 0; round < options.Rounds; round++)
            {
                progress($"{profile.Name}: round {round + 1} of {options.Rounds}");
                for (int i = 0; i < servers.Count; i++)
                {
                    int index = (i + round) % servers.Count;
                    rows[index] = await MeasureAsync(rows[index], servers[index], plain, profile);
                }
            }

            return rows;
        }
        finally
        {
            foreach (Server server in servers) await server.DisposeAsync();
        }
    }

    private async Task<FloodRow> MeasureAsync(FloodRow row, Server server, Profile plain, Profile flood)
    {
        LoadResult alone = await _wrk.RunAsync(plain, server.SecondPort, options.SecondsPerRun);
        Task<LoadResult> handshakes = _handshakes.RunAsync(flood, server.Port, options.SecondsPerRun);
        LoadResult flooded = await _wrk.RunAsync(plain, server.SecondPort, options.SecondsPerRun);
        return row with { Alone = [.. row.Alone, alone], Flooded = [.. row.Flooded, flooded], Handshakes = [.. row.Handshakes, await handshakes] };
    }
}
