using Weir.LogGenerator;
using Weir.LogGenerator.Output;
using Weir.LogGenerator.Scenarios;

const string Usage = """
    Weir.LogGenerator COMMAND

      list                              the scenarios
      scenario NAME --out DIR           one log with its truth
      stream --lines N                  lines to standard output, fast; no truth
             [--targets N] [--urls N]

    scenario: [--seed N] [--requests N] [--layout FIELDS] [--plain]
    """;

var arguments = new Arguments(args);
try
{
    return arguments.Word(0) switch
    {
        "list" => List(),
        "scenario" => Generate(arguments),
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

static int Save(GeneratedLog log, Arguments arguments)
{
    if (arguments.Text("--out", "") is not { Length: > 0 } folder) return Fail("--out DIR is missing");
    var layout = (LogLayout)(int)arguments.Number("--layout", (int)LogLayout.Fields36);
    if (!Enum.IsDefined(layout)) return Fail("--layout: 17, 20, 25, 29, 30, 33, 34 or 36");
    new LogFolder(log, layout, !arguments.Has("--plain")).Write(folder);
    Console.WriteLine($"{log.LineCount} lines, {log.Truth.Count} errors of the balancer, {log.TargetErrorCount} of targets, in {folder}");
    foreach (var cause in log.Truth.CountBy(row => row.Cause)) Console.WriteLine($"  {cause.Key,-22}{cause.Value,8}");
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
