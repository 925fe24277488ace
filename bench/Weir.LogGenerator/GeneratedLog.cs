using System.Text;
using Weir.LogGenerator.Output;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator;

/// <summary>A simulated load balancer's log and the truth about its errors, in memory. Owned by who asked for it; never changes.</summary>
public sealed class GeneratedLog
{
    private readonly Universe _universe;
    private readonly LogRow[] _rows;
    private readonly AccessLine _line;

    internal GeneratedLog(string scenario, int seed, Universe universe, IReadOnlyDictionary<string, string> parameters)
    {
        Scenario = scenario;
        Seed = seed;
        Parameters = parameters;
        _universe = universe;
        _line = new AccessLine(universe.Settings);
        _rows = [.. universe.Rows.OrderBy(row => row.TimeTicks + row.Node.SkewTicks)];
        Truth = [.. universe.Errors.OrderBy(error => error.Row.TimeTicks + error.Row.Node.SkewTicks).Select(TruthOf)];
    }

    public string Scenario { get; }

    public int Seed { get; }

    /// <summary>What was drawn: name and value.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>The load balancer's idle timeout, which the user of a real one knows.</summary>
    public double IdleTimeoutSeconds => _universe.Settings.IdleTimeoutSeconds;

    public int LineCount => _rows.Length;

    /// <summary>One row for every error that the balancer made, by time.</summary>
    public IReadOnlyList<TruthRow> Truth { get; }

    /// <summary>Answers of 5xx that targets gave themselves; no errors of the balancer.</summary>
    public int TargetErrorCount => _rows.Count(row => row.TargetStatus >= 500);

    internal Universe Universe => _universe;

    internal IReadOnlyList<LogRow> Rows => _rows;

    /// <summary>The lines of all nodes by time, without line ends.</summary>
    public IEnumerable<string> Lines(LogLayout layout = LogLayout.Fields36)
    {
        var writer = new LineWriter();
        foreach (LogRow row in _rows)
        {
            writer.Clear();
            _line.Write(writer, row, layout);
            yield return Encoding.ASCII.GetString(writer.Written);
        }
    }

    /// <summary>The same as one text, each line ended by a line feed.</summary>
    public byte[] ToUtf8(LogLayout layout = LogLayout.Fields36)
    {
        var writer = new LineWriter();
        foreach (LogRow row in _rows)
        {
            _line.Write(writer, row, layout);
            writer.Byte((byte)'\n');
        }

        return writer.Written.ToArray();
    }

    /// <summary>The targets' own logs: for each target's address, the lines of the requests that it handled, by the time they ended.</summary>
    /// <param name="offsetSeconds">How much all the targets' clocks are ahead, besides the little that was drawn for each.</param>
    public IEnumerable<(string Target, IEnumerable<string> Lines)> TargetLogs(TargetLogFormat format, double offsetSeconds = 0)
    {
        var log = new TargetLog(_universe.Settings, format, offsetSeconds);
        return _universe.HandledRows.GroupBy(row => row.Target).Select(rows => (rows.Key.Address, rows.Select(log.Line)));
    }

    internal void WriteLine(LineWriter to, LogRow row, LogLayout layout)
    {
        _line.Write(to, row, layout);
        to.Byte((byte)'\n');
    }

    private TruthRow TruthOf((LogRow Row, string Cause) error)
    {
        var time = new LineWriter();
        time.Time(AccessLine.TimeOf(_universe.Settings, error.Row));
        string trace = AccessLine.TraceOf(_universe.Settings, error.Row);
        return new TruthRow(trace == "-" ? null : trace, Encoding.ASCII.GetString(time.Written), error.Row.Status, error.Cause, Scenario);
    }
}
