using Weir.Bench;

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

try
{
    await new BenchmarkRun(options).RunAsync();
    return 0;
}
catch (BenchException failure)
{
    Console.Error.WriteLine($"bench: {failure.Message}");
    return 1;
}
