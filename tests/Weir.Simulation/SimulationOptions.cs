using System.Globalization;
using Weir.Simulation.Balancer;
using Weir.Simulation.Race;

namespace Weir.Simulation;

/// <summary>The command line. Without <c>--seed</c>, seeds 1 to <c>--seeds</c> run.</summary>
internal sealed record SimulationOptions
{
    public const string Usage =
        "Weir.Simulation [--seeds N] [--seed S] [--scenario NAME] [--plant BUG] [--depend-on WHAT] [--hash] [--trace]\n"
        + "  balancer     the whole data plane between clients and targets, with every fault\n"
        + "  echo         clients, echoing servers and every fault; the default\n"
        + "  throughput   the same on healthy connections with small exchanges, to see the simulator's speed\n"
        + "  race         days of targets that close idle connections, observed and protected, against the formula\n"
        + "  --plant BUG  a fault that the scenario must find:\n"
        + "    balancer   crossed|lost|doubled|altered|unlogged|mixedUp|lookedAt|overdrawn|largeTable|alteredTunnel|\n"
        + "               flawUnseen|flawImagined|flawUntold|flawUnlogged|answerFlawUnseen|answerFlawUnnoticed|answerFlawUntold|\n"
        + "               goAwayUnheard|goAwayErrorUnheard|goAwayErrorHasty|goAwayErrorMistaken|headRefused|largeHead\n"
        + "    race       crossed|lost|doubled|repeated|retriedPost|unprotected|hintIgnored|unexplained|unlogged|rate\n"
        + "  --hash       prints only scenario, seed and trace hash of each run\n"
        + "  --depend-on process|compiler   the course depends on more than its seed, which a comparison of hashes must find";

    // A minute at the most on a small machine.
    private const int DefaultSeeds = 100;

    public IReadOnlyList<ulong> Seeds { get; private init; } = [];

    public string Scenario { get; private init; } = "echo";

    public bool Trace { get; private init; }

    public bool HashOnly { get; private init; }

    /// <summary>In the balancer scenario.</summary>
    public PlantedBug Plant { get; private init; }

    /// <summary>In the race scenario.</summary>
    public RacePlant RacePlant { get; private init; }

    public PlantedDependence DependsOn { get; private init; }

    /// <summary>Null when the arguments make no sense.</summary>
    public static SimulationOptions? Parse(string[] arguments)
    {
        var options = new SimulationOptions { Seeds = UpTo(DefaultSeeds) };
        for (int i = 0; i < arguments.Length; i++)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--seeds" when int.TryParse(value, CultureInfo.InvariantCulture, out int count) && count > 0:
                    options = options with { Seeds = UpTo(count) };
                    i++;
                    break;
                case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed):
                    options = options with { Seeds = [seed] };
                    i++;
                    break;
                case "--scenario" when value.Length > 0:
                    options = options with { Scenario = value };
                    i++;
                    break;
                case "--plant" when TryParse(value, out PlantedBug plant, out RacePlant racePlant):
                    options = options with { Plant = plant, RacePlant = racePlant };
                    i++;
                    break;
                case "--depend-on" when Enum.TryParse(value, ignoreCase: true, out PlantedDependence dependence):
                    options = options with { DependsOn = dependence };
                    i++;
                    break;
                case "--hash":
                    options = options with { HashOnly = true };
                    break;
                case "--trace":
                    options = options with { Trace = true };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    // Some names mean one in either scenario.
    private static bool TryParse(string value, out PlantedBug plant, out RacePlant racePlant) =>
        Enum.TryParse(value, ignoreCase: true, out plant) | Enum.TryParse(value, ignoreCase: true, out racePlant);

    private static ulong[] UpTo(int count) => [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)];
}
