namespace Weir.Bench;

/// <summary>One run of the command: starts the origin, measures profile by profile, prints each as it is done.</summary>
internal sealed class BenchmarkRun(BenchOptions options)
{
    public async Task RunAsync()
    {
        if (Environment.ProcessorCount < 2) throw new BenchException("two cores are needed: one for the proxy, one for all else");
        DateTimeOffset started = DateTimeOffset.UtcNow;
        Machine machine = Machine.Read(options.Proxies, options.WeirBinary);
        machine.Write(Console.Out);
        WriteHeading();

        using var workspace = new Workspace(options.ConfigTemplates, options.Keep);
        var proxies = new Proxies(workspace, options);
        await using Server origin = await proxies.StartOriginAsync();
        var results = new List<ProfileResult>();
        foreach (Profile profile in options.Profiles)
        {
            ProfileResult result = await MeasureAsync(profile, proxies, workspace, profile.IsGrpc ? origin.SecondPort : origin.Port);
            Progress.Show("");
            ResultTable.Write(Console.Out, result);
            results.Add(result);
        }

        if (options.JsonFile is not null)
            new ResultFile(started, machine, options.Rounds, options.SecondsPerRun, results).Write(options.JsonFile);
    }

    private async Task<ProfileResult> MeasureAsync(Profile profile, Proxies proxies, Workspace workspace, int originPort)
    {
        var result = new ProfileResult(profile.Name, profile.Title, profile.Note);
        return profile.Kind switch
        {
            ProfileKind.Load => result with { Load = await new LoadBenchmark(proxies, Generator(profile, workspace), options).RunAsync(profile, originPort, Progress.Show) },
            ProfileKind.Idle => result with { Idle = await new IdleBenchmark(proxies, options).RunAsync(profile, originPort, Progress.Show) },
            ProfileKind.Flood => result with { Flood = await new FloodBenchmark(proxies, workspace, options).RunAsync(profile, originPort, Progress.Show) },
            _ => result with { SystemCalls = await new SystemCallBenchmark(proxies, new Wrk(workspace), options, workspace).RunAsync(profile, originPort, Progress.Show) },
        };
    }

    private static ILoadGenerator Generator(Profile profile, Workspace workspace) => profile.Generator switch
    {
        LoadGenerator.H2Load => new H2Load(workspace),
        LoadGenerator.Handshakes => new Handshakes(),
        _ => new Wrk(workspace),
    };

    private void WriteHeading()
    {
        Console.WriteLine($"proxy on core {Cores.Proxy}; origin and load on core {Cores.LoadAndOrigin}; {options.Rounds} rounds of {options.SecondsPerRun} s; medians");
        if (options.Quick) Console.WriteLine("Quick: shows that everything runs, proves nothing.");
    }
}
