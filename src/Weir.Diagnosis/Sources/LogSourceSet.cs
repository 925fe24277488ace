using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Sources.Files;
using Weir.Diagnosis.Sources.S3;

namespace Weir.Diagnosis.Sources;

/// <summary>
/// Everything that the paths given by the user stand for, in the order to read it in: by node, end of interval and name.
/// Owned by the command; disposed after the last stream, as it holds the connections to S3.
/// </summary>
public sealed class LogSourceSet : IDisposable
{
    private readonly S3LogSource _s3;

    private LogSourceSet(S3LogSource s3, IReadOnlyList<LogObject> objects, IReadOnlyList<DateTimeOffset?> outside)
    {
        _s3 = s3;
        Objects = objects;
        OutsidePeriod = outside.Count;
        DateTimeOffset[] ends = [.. outside.OfType<DateTimeOffset>()];
        Outside = ends.Length == 0 ? LogPeriod.None : new LogPeriod(ends.Min(), ends.Max());
    }

    public IReadOnlyList<LogObject> Objects { get; }

    /// <summary>Every path that gives nothing, in the order of the paths.</summary>
    public required IReadOnlyList<LogSourceProblem> Problems { get; init; }

    /// <summary>Files and folders within those that were asked for that cannot be read, a sentence each: the others were found.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>Files that were found and left out: those of a log that lies there twice, plain and compressed or compressed in two ways.</summary>
    public required IReadOnlyList<string> Copies { get; init; }

    /// <summary>Objects that were found and left out, as their names say that they hold nothing of the period.</summary>
    public long OutsidePeriod { get; }

    /// <summary>From the earliest to the latest end of their intervals, as their names have it.</summary>
    public LogPeriod Outside { get; }

    /// <summary>Their sizes together, as stored; null if one of them is unknown.</summary>
    public long? TotalBytes => Objects.Aggregate((long?)0, static (sum, item) => sum + item.SizeBytes);

    /// <summary>Finds what the paths stand for. Opens no log; what is wrong is in <see cref="Problems"/>, all of it.</summary>
    /// <param name="paths">Files, folders, patterns, <c>-</c>, <c>s3://bucket/prefix</c>.</param>
    /// <param name="options">What is wanted of them, and how S3 is reached.</param>
    /// <param name="cancellation">Ends a listing of S3.</param>
    public static async Task<LogSourceSet> OpenAsync(IReadOnlyList<string> paths, LogSourceOptions options, CancellationToken cancellation = default)
    {
        var period = new LogPeriodFilter(options.From, options.To);
        var files = new FileSearch();
        var s3 = new S3LogSource(options.Aws, period);
        var problems = new List<LogSourceProblem>();
        LogObject? standardInput = null;
        foreach (string path in paths)
        {
            string? problem = null;
            if (path == "-") standardInput ??= new StandardInputLogObject(options.StandardInput);
            else if (S3Location.IsOne(path)) problem = await s3.AddAsync(path, cancellation);
            else problem = files.Add(path);
            if (problem is not null) problems.Add(new LogSourceProblem(path, problem));
        }

        IReadOnlyList<FileLogObject> found = files.Found;
        LogObject[] admitted = [.. found.Where(file => period.Admits(file.IntervalEnd)), .. s3.Found];
        Array.Sort(admitted, InReadingOrder);
        s3.ReadAheadIn(admitted);
        DateTimeOffset?[] outside =
        [
            .. found.Where(file => !period.Admits(file.IntervalEnd)).Select(static file => file.IntervalEnd), .. s3.OutsidePeriod,
        ];
        return new LogSourceSet(s3, standardInput is null ? admitted : [standardInput, .. admitted], outside)
        {
            Problems = problems,
            Unreadable = files.Unreadable,
            Copies = files.Copies,
        };
    }

    public void Dispose() => _s3.Dispose();

    private static int InReadingOrder(LogObject one, LogObject other)
    {
        int order = string.CompareOrdinal(one.NodeAddress, other.NodeAddress);
        if (order == 0) order = Nullable.Compare(one.IntervalEnd, other.IntervalEnd);
        return order != 0 ? order : string.CompareOrdinal(one.Name, other.Name);
    }
}
