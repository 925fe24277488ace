namespace Weir.Bench;

/// <summary>One run of the command: starts the origin, measures profile by profile, prints each as it is done.</summary>
internal sealed class BenchmarkRun(BenchOptions options)
{
    public async Task RunAsync()
    {
        if (Environment.ProcessorCount < 2) throw new BenchException("two cores are needed: one for the proxy, one for all else");
        DateTimeOffset started = DateTimeOffset.UtcNow;
        Machine machine = Machine.Read(options);
        WriteHeading(machine);

        using var workspace = new Workspace(options.ConfigTemplates, options.Keep);
        var proxies = new Proxies(workspace, options);
        await using Server origin = await proxies.StartOriginAsync();
        var results = new List<ProfileResult>();
        foreach (Profile profile in options.Profiles)
        {
            ProfileResult result = await MeasureAsync(profile, proxies, workspace, origin.Port);
            Progress("");
            ResultTable.Write(Console.Out, result);
            results.Add(result);
        }

        if (options.JsonFile is not null)
            new ResultFile(started, machine, options.Rounds, options.SecondsPerRun, results).Write(options.JsonFile);
    }

    private async Task<ProfileResult> MeasureAsync(Profile profile, Proxies proxies, Workspace workspace, int originPort)
    {
        var wrk = new Wrk(workspace);
        var result = new ProfileResult(profile.Name, profile.Title, profile.Note);
        return profile.Kind switch
        {
            ProfileKind.Load => result with { Load = await new LoadBenchmark(proxies, wrk, options).RunAsync(profile, originPort, Progress) },
            ProfileKind.Idle => result with { Idle = await new IdleBenchmark(proxies, options).RunAsync(profile, originPort, Progress) },
            _ => result with { SystemCalls = await new SystemCallBenchmark(proxies, wrk, options, workspace).RunAsync(profile, originPort, Progress) },
        };
    }

    private void WriteHeading(Machine machine)
    {
        Console.WriteLine($"{machine.Processor}, {machine.CoreCount} cores, {machine.Kernel}");
        Console.WriteLine(string.Join(", ", machine.Versions.Values));
        Console.WriteLine($"proxy on core {Cores.Proxy}; origin and wrk on core {Cores.LoadAndOrigin}; {options.Rounds} rounds of {options.SecondsPerRun} s; medians");
        if (machine.WasBusy)
            Console.WriteLine($"The machine was busy before the start (load average {machine.LoadAverage:F2}): trust ratios, not numbers.");
        if (options.Quick) Console.WriteLine("Quick: shows that everything runs, proves nothing.");
    }

    // One line that is written over, on a terminal only.
    private static void Progress(string text)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r\e[K{text}");
    }
}
