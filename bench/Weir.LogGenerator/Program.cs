using Weir.LogGenerator;
using Weir.LogGenerator.Output;
using Weir.LogGenerator.Scenarios;

const string Usage = """
    Weir.LogGenerator COMMAND

      list                              the scenarios
      scenario NAME --out DIR           one log with its truth
      mixture --out DIR                 several groups with different trouble
             [--days D] [--rps R]
      stream --lines N                  lines to standard output, fast; no truth
             [--targets N] [--urls N]
      survey [NAME]                     how many errors of each cause a range of seeds has
             [--from N] [--to N]

    scenario, mixture: [--seed N] [--requests N] [--layout FIELDS] [--plain]
                       [--target-log common|combined|nginx|json|jsonwithtrace|uvicorn]
                       [--target-offset SECONDS]
    """;

var arguments = new Arguments(args);
try
{
    return arguments.Word(0) switch
    {
        "list" => List(),
        "scenario" => Generate(arguments),
        "survey" => Survey(arguments),
        "mixture" => Mix(arguments),
        "stream" => Stream(arguments),
        _ => Fail(Usage),
    };
}
catch (FormatException)
{
    return Fail(Usage);
}

static int List()
{
    foreach (Scenario scenario in Scenario.All) Console.WriteLine($"{scenario.Name,-24}{scenario.Summary}");
    return 0;
}

static int Generate(Arguments arguments)
{
    if (Scenario.Named(arguments.Word(1)) is not { } scenario) return Fail($"no scenario '{arguments.Word(1)}'; see list");
    var options = new GenerationOptions();
    options = options with { Requests = (int)arguments.Number("--requests", options.Requests) };
    return Save(scenario.Generate((int)arguments.Number("--seed", 1), options), arguments);
}

static int Mix(Arguments arguments)
{
    var options = new GenerationOptions { Requests = (int)arguments.Number("--requests", 60_000) };
    return Save(Mixture.Generate((int)arguments.Number("--seed", 1), options, arguments.Number("--days", 0), arguments.Number("--rps", 0)), arguments);
}

static int Save(GeneratedLog log, Arguments arguments)
{
    if (arguments.Text("--out", "") is not { Length: > 0 } folder) return Fail("--out DIR is missing");
    var layout = (LogLayout)(int)arguments.Number("--layout", (int)LogLayout.Fields36);
    if (!Enum.IsDefined(layout)) return Fail("--layout: 17, 20, 25, 29, 30, 33, 34 or 36");
    var files = new LogFolder(log, layout, !arguments.Has("--plain"));
    files.Write(folder);
    if (arguments.Has("--target-log"))
    {
        if (!Enum.TryParse(arguments.Text("--target-log", ""), ignoreCase: true, out TargetLogFormat format)) return Fail("--target-log: no such format");
        files.WriteTargetLogs(folder, format, arguments.Number("--target-offset", 0));
    }

    Console.WriteLine($"{log.LineCount} lines, {log.Truth.Count} errors of the balancer, {log.TargetErrorCount} of targets, in {folder}");
    foreach (var cause in log.Truth.CountBy(row => row.Cause)) Console.WriteLine($"  {cause.Key,-22}{cause.Value,8}");
    return 0;
}

static int Survey(Arguments arguments)
{
    int from = (int)arguments.Number("--from", 2001), to = (int)arguments.Number("--to", 2099);
    foreach (Scenario scenario in Scenario.All.Where(scenario => arguments.Word(1) is "" || scenario.Name == arguments.Word(1)))
    {
        long lines = 0, begin = Environment.TickCount64;
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int silent = 0;
        for (int seed = from; seed <= to; seed++)
        {
            GeneratedLog log = scenario.Generate(seed);
            lines += log.LineCount;
            silent += log.Truth.Any(row => row.Cause == scenario.Cause) ? 0 : 1;
            foreach (var cause in log.Truth.CountBy(row => row.Cause)) counts[cause.Key] = counts.GetValueOrDefault(cause.Key) + cause.Value;
        }

        string causes = string.Join("  ", counts.Select(cause => $"{cause.Key} {cause.Value}"));
        Console.WriteLine($"{scenario.Name,-20} {lines,10} lines {Environment.TickCount64 - begin,7} ms  {silent} without  {causes}");
    }

    return 0;
}

static int Stream(Arguments arguments)
{
    using Stream output = Console.OpenStandardOutput();
    var stream = new LogStream((int)arguments.Number("--targets", 20), (int)arguments.Number("--urls", 1000), (int)arguments.Number("--seed", 1));
    stream.Write(output, (long)arguments.Number("--lines", 1_000_000));
    return 0;
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
