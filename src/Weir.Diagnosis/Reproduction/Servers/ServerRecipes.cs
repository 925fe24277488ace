namespace Weir.Diagnosis;

/// <summary>Which server is meant, and whether it is there.</summary>
internal static class ServerRecipes
{
    private const string HandledRemark =
        "It handles a request in 20 ms and closes when its idle time is over, even in the middle of that.";

    private const string NoNodeRemark =
        "There is no node on the PATH, so a built-in target plays Node.js: it says 5 s and closes after 6.";

    // Debian's place, and that of most others.
    private static readonly string[] _apacheModules = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"];

    public static ServerRecipe Choose(ReproductionOptions options)
    {
        ServerRecipe recipe = Find(options);
        recipe.Guard = options.Guard;
        return recipe;
    }

    private static ServerRecipe Find(ReproductionOptions options)
    {
        if (options.Target is { } running)
        {
            return new RunningRecipe(running, options.TargetIsTls, options.IsHttp2);
        }

        if (options.Command is { } command)
        {
            return new CommandRecipe(command, options.Port);
        }

        if (options.Scenario == RaceScenario.Handled)
        {
            return new BuiltInRecipe(RaceScenario.Handled, HandledRemark);
        }

        return options.Server switch
        {
            null or "node" when options.IsHttp2 => new NodeHttp2Recipe(Installed("Node.js", "nodejs", "node", "nodejs")),
            null => ProgramSearch.Find("node", "nodejs") is { } program
                ? new NodeRecipe(program)
                : new BuiltInRecipe(RaceScenario.Closed, NoNodeRemark),
            "node" => new NodeRecipe(Installed("Node.js", "nodejs", "node", "nodejs")),
            "apache" => new ApacheRecipe(
                Installed("Apache httpd", "apache2", "apache2", "httpd"),
                _apacheModules.FirstOrDefault(Directory.Exists) ?? throw new ReproductionException(
                    ReproductionOutcome.ServerNotInstalled, $"Apache's modules are not in {string.Join(" or ", _apacheModules)}"),
                options.IsHttp2),
            "nginx" => new NginxRecipe(Installed("nginx", "nginx", "nginx"), options.IsHttp2),
            "gunicorn" => new GunicornRecipe(Installed("gunicorn", "gunicorn", "gunicorn", "gunicorn3")),
            "puma" => new PumaRecipe(Installed("Puma", "puma", "puma")),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Server, "no such server"),
        };
    }

    private static string Installed(string name, string package, params ReadOnlySpan<string> programs) =>
        ProgramSearch.Find(programs) ?? throw new ReproductionException(
            ReproductionOutcome.ServerNotInstalled,
            $"{name} is not installed: there is no {string.Join(" or ", programs.ToArray())} on the PATH (Debian's package: {package})");
}
