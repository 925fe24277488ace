using System.Globalization;

namespace Weir.Bench.Logs;

/// <summary>What the command line of `./dev bench logs` asks for; immutable once read.</summary>
internal sealed record LogBenchOptions
{
    public const string Usage = """
        ./dev bench logs [OPTION…]

          goaccess and DuckDB count a log's lines by status (DuckDB also by target), weir diagnoses it

          --lines N         lines of the log (5000000, some 3 GB)
          --rounds N        rounds; the order of the programs turns each round (3)
          --only A,B        of goaccess, duckdb, weir
          --keep            leaves the log where it was made
        """;

    public static readonly IReadOnlyList<string> AllTools = ["goaccess", "duckdb", "weir"];

    public long Lines { get; init; } = 5_000_000;

    public int Rounds { get; init; } = 3;

    public IReadOnlyList<string> Tools { get; init; } = AllTools;

    public bool Keep { get; init; }

    public string WeirBinary { get; init; } = "artifacts/publish/weir";

    /// <summary>Nothing when the command line makes no sense.</summary>
    public static LogBenchOptions? Parse(IReadOnlyList<string> args)
    {
        LogBenchOptions? options = new();
        for (int i = 0; i < args.Count && options is not null; i++)
        {
            if (args[i] is "--keep") options = options with { Keep = true };
            else options = i + 1 < args.Count ? options.With(args[i], args[++i]) : null;
        }

        return options;
    }

    private LogBenchOptions? With(string name, string value) => name switch
    {
        "--lines" when Positive(value) is { } lines => this with { Lines = lines },
        "--rounds" when Positive(value) is { } rounds => this with { Rounds = rounds },
        "--only" when value.Split(',') is var only && only.All(AllTools.Contains) => this with { Tools = only },
        "--weir" => this with { WeirBinary = value },
        _ => null,
    };

    private static int? Positive(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
