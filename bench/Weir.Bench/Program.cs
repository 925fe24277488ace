using Weir.Bench;
using Weir.Bench.Logs;

try
{
    switch (args)
    {
        // The processes of their own that a benchmark of logs starts.
        case [DuckDbQuery.Command, var file, var compression]:
            DuckDbQuery.Run(file, compression);
            return 0;
        case [ParsingSpeed.Command, var file]:
            ParsingSpeed.Run(file);
            return 0;
        case ["logs", .. var rest]:
            return await BenchLogs(rest);
        default:
            return await BenchProxies(args);
    }
}
catch (BenchException failure)
{
    Console.Error.WriteLine($"bench: {failure.Message}");
    return 1;
}

static async Task<int> BenchProxies(string[] args)
{
    if (args.Contains("--help"))
    {
        Console.WriteLine(BenchOptions.Usage);
        foreach (Profile profile in Profile.All) Console.WriteLine($"  {profile.Name,-16}{profile.Title}");
        return 0;
    }

    if (BenchOptions.Parse(args, out string error) is not { } options)
    {
        Console.Error.WriteLine($"bench: {error} (./dev bench --help)");
        return 2;
    }

    await new BenchmarkRun(options).RunAsync();
    return 0;
}

static async Task<int> BenchLogs(string[] args)
{
    if (args.Contains("--help"))
    {
        Console.WriteLine(LogBenchOptions.Usage);
        return 0;
    }

    if (LogBenchOptions.Parse(args) is not { } options)
    {
        Console.Error.WriteLine("bench logs: unknown option, or a value that does not fit (./dev bench logs --help)");
        return 2;
    }

    await new LogBenchmark(options).RunAsync();
    return 0;
}
