namespace Weir.Bench.Logs;

/// <summary>A program that reads a log: how it is called, and how its answer is read.</summary>
internal interface ILogTool
{
    string Name { get; }

    /// <summary>What it is given to do, for the reader of the table.</summary>
    string Task { get; }

    IReadOnlyList<string> CommandFor(LogFile file);

    /// <summary>The counts in what it wrote to its standard output.</summary>
    LineCounts ReadCounts(string output);
}
