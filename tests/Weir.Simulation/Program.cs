using System.Diagnostics;
using System.Globalization;
using Weir.Simulation;
using Weir.Simulation.Balancer;
using Weir.Simulation.Echo;
using Weir.Simulation.Race;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
SimulationOptions? options = SimulationOptions.Parse(args);
ISimulationScenario[] scenarios =
[
    EchoScenario.Faulty,
    EchoScenario.Healthy,
    new BalancerScenario(options?.Plant ?? PlantedBug.None),
    new RaceScenario(options?.RacePlant ?? RacePlant.None),
];
ISimulationScenario? scenario = Array.Find(scenarios, one => one.Name == options?.Scenario);
if (options is null || scenario is null)
{
    Console.Error.WriteLine(SimulationOptions.Usage);
    return 2;
}

long exchanges = 0;
var watch = Stopwatch.StartNew();
foreach (ulong seed in options.Seeds)
{
    SimulationOutcome outcome = scenario.Run(options.DependsOn.Disturb(seed), options.Trace ? Console.Out : null);
    exchanges += outcome.Exchanges;
    if (options.HashOnly)
    {
        Console.WriteLine($"{scenario.Name} {seed} {outcome.TraceHash:x16}");
        continue;
    }

    Console.WriteLine(
        $"seed {seed}: {outcome.Exchanges} exchanges in {outcome.VirtualTime.TotalSeconds:F1} s of virtual time, "
        + $"{outcome.Summary}, trace {outcome.TraceHash:x16}");
    if (outcome.Violations.Count > 0)
    {
        foreach (string violation in outcome.Violations)
        {
            Console.WriteLine($"  VIOLATION {violation}");
        }

        Console.WriteLine($"again: --scenario {scenario.Name} --seed {seed} --trace");
        return 1;
    }
}

if (!options.HashOnly && scenario.Conclude() is { } conclusion)
{
    Console.WriteLine(conclusion.Summary);
    foreach (string violation in conclusion.Violations)
    {
        Console.WriteLine($"  VIOLATION {violation}");
    }

    if (conclusion.Violations.Count > 0)
    {
        return 1;
    }
}

if (!options.HashOnly)
{
    double seconds = watch.Elapsed.TotalSeconds;
    Console.WriteLine(
        $"{options.Seeds.Count} seeds, {exchanges} exchanges in {seconds:F1} s: {exchanges / seconds:F0} exchanges/s");
}

return 0;
