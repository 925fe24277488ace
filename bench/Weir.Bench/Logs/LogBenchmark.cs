namespace Weir.Bench.Logs;

/// <summary>One run of `./dev bench logs`: makes a log, has every program read it in turn, and holds their counts against each other.</summary>
internal sealed class LogBenchmark(LogBenchOptions options)
{
    // Findings are a good end of a diagnosis too. Source: weir diagnose --help.
    private static readonly int[] _goodExits = [0, 2];

    public async Task RunAsync()
    {
        Machine machine = Machine.Read(options.Tools, options.WeirBinary);
        machine.Write(Console.Out);
        Console.WriteLine($"{options.Lines} lines; {options.Rounds} rounds, the programs in turn; page cache warm; medians");
        Progress.Show("the log is being made");
        using var files = new GeneratedFiles(options.Lines, options.Keep);
        ILogTool[] tools = [.. options.Tools.Select(name => Tool(name, files))];
        LineCounts? expected = null;
        foreach (LogFile file in files.Forms)
        {
            Dictionary<ILogTool, List<ReadingCost>> rounds = tools.ToDictionary(tool => tool, _ => new List<ReadingCost>());
            for (int round = 0; round < options.Rounds; round++)
            {
                for (int i = 0; i < tools.Length; i++)
                {
                    ILogTool tool = tools[(i + round) % tools.Length];
                    Progress.Show($"{file.Form}: round {round + 1} of {options.Rounds}, {tool.Name}");
                    (string output, ReadingCost cost) = await MeasuredCommand.RunAsync(tool.Name, tool.CommandFor(file), _goodExits);
                    rounds[tool].Add(cost);
                    LineCounts counts = tool.ReadCounts(output);
                    expected ??= counts;
                    Check(tool, file, counts, expected);
                }
            }

            Progress.Show("");
            LogTable.Write(Console.Out, file, [.. tools.Select(tool => new LogRow(tool.Name, tool.Task, rounds[tool]))]);
        }

        Console.WriteLine($"\nall counted alike: {expected}");
        await MeasureParsing(files.Forms[0]);
    }

    private static async Task MeasureParsing(LogFile plain)
    {
        Progress.Show("parsing alone");
        double portable = await ParsingSpeed.MeasureAsync(plain.Path, isPortable: true);
        double all = await ParsingSpeed.MeasureAsync(plain.Path, isPortable: false);
        Progress.Show("");
        LogTable.WriteParsing(Console.Out, portable, all);
    }

    private ILogTool Tool(string name, GeneratedFiles files) => name switch
    {
        "goaccess" => new GoaccessTool(files.PathOf("goaccess.json")),
        "duckdb" => new DuckDbTool(),
        _ => new WeirTool(options.WeirBinary),
    };

    // Who reads less is no faster.
    private void Check(ILogTool tool, LogFile file, LineCounts counts, LineCounts expected)
    {
        if (counts.Lines != options.Lines)
            throw new BenchException($"{tool.Name} counted {counts.Lines} of {options.Lines} lines ({file.Form})");
        if (!counts.IsSameAs(expected))
            throw new BenchException($"{tool.Name} counted otherwise than the others ({file.Form}): {counts}, not {expected}");
    }
}
