using System.Globalization;

namespace Weir.Bench;

/// <summary>What the command line asks for; immutable once read.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        ./dev bench [OPTION…] [PROFILE…]

          --only A,B        of nginx, haproxy, weir
          --rounds N        rounds for each profile (7); the order of the proxies turns each round
          --seconds N       seconds for each proxy and round (3)
          --idle-clients N  connections of the idle profile (10000, or 3/8 of `ulimit -n` where that is less)
          --quick           2 rounds of 1 s, 1000 idle clients: shows that it runs, proves nothing
          --json FILE       every number, also of each round
          --keep            leaves configurations and the peers' logs where they were made

        Profiles, all of them if none is named:
        """;

    // Fewer rounds give a median that one disturbed round can move.
    private const int DefaultRounds = 7;

    public IReadOnlyList<Profile> Profiles { get; init; } = Profile.All;

    public IReadOnlyList<string> Proxies { get; init; } = ["nginx", "haproxy", "weir"];

    public int Rounds { get; init; } = DefaultRounds;

    public int SecondsPerRun { get; init; } = 3;

    public int IdleClients { get; init; } = (int)Math.Min(10_000, Descriptors() * 3 / 8);

    public bool Quick { get; init; }

    public bool Keep { get; init; }

    public string? JsonFile { get; init; }

    public string WeirBinary { get; init; } = "artifacts/publish/weir";

    public string ConfigTemplates { get; init; } = "bench/configs";

    /// <summary>Nothing when the command line makes no sense; <paramref name="error"/> then says why.</summary>
    public static BenchOptions? Parse(IReadOnlyList<string> args, out string error)
    {
        var options = new BenchOptions();
        var profiles = new List<Profile>();
        error = "";
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            if (!name.StartsWith('-'))
            {
                Profile? profile = Profile.All.FirstOrDefault(candidate => candidate.Name == name);
                if (profile is null) error = $"no such profile: {name}";
                else profiles.Add(profile);
            }
            else if (name is "--quick")
            {
                options = options with { Quick = true, Rounds = 2, SecondsPerRun = 1, IdleClients = 1_000 };
            }
            else if (name is "--keep")
            {
                options = options with { Keep = true };
            }
            else if (i + 1 == args.Count || options.With(name, args[++i]) is not { } next)
            {
                error = $"unknown option, or a value that does not fit: {name}";
            }
            else
            {
                options = next;
            }

            if (error.Length > 0) return null;
        }

        return profiles.Count == 0 ? options : options with { Profiles = profiles };
    }

    private BenchOptions? With(string name, string value) => name switch
    {
        "--only" when value.Split(',') is var only && only.All(new BenchOptions().Proxies.Contains) => this with { Proxies = only },
        "--rounds" when Positive(value) is { } rounds => this with { Rounds = rounds },
        "--seconds" when Positive(value) is { } seconds => this with { SecondsPerRun = seconds },
        "--idle-clients" when Positive(value) is { } clients => this with { IdleClients = clients },
        "--json" => this with { JsonFile = value },
        "--weir" => this with { WeirBinary = value },
        "--configs" => this with { ConfigTemplates = value },
        _ => null,
    };

    private static int? Positive(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    // A proxy needs two for each client, and some besides.
    private static long Descriptors()
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return long.TryParse(line[25..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out long soft) ? soft : long.MaxValue / 4;
    }
}
