using Weir.Diagnosis.Logs;
using Weir.Output;

namespace Weir.Diagnosing;

/// <summary>
/// Tells, on anything over a second, how far the reading has come, how fast it goes and how long it will take yet: one line
/// of the terminal, gone when the report comes. Owned by the command; disposed before the report is written.
/// </summary>
internal sealed class ReadingProgress : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);

    private readonly Terminal _terminal;
    private readonly Func<LogProgress> _ask;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _isOver;

    public ReadingProgress(Terminal terminal, TimeProvider time, Func<LogProgress> ask)
    {
        _terminal = terminal;
        _ask = ask;
        _timer = time.CreateTimer(_ => Tell(), null, _patience, _interval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _isOver = true;
            _terminal.ClearStatus();
        }
    }

    /// <summary>`1.2 GB of 4.0 GB, 5,120,000 lines, 310 MB/s, 9 s left`.</summary>
    internal static string Describe(in LogProgress progress)
    {
        string bytes = ReportWording.Bytes(progress.StoredBytes);
        string all = progress.TotalStoredBytes is { } total ? $" of {ReportWording.Bytes(total)}" : "";
        string left = progress.TimeLeft is { } time ? $", {ReportWording.Duration(TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)))} left" : "";
        return $"{bytes}{all}, {ReportWording.Count(progress.Lines, "line")}, {ReportWording.Bytes(progress.BytesPerSecond)}/s{left}";
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _terminal.Status("reading: " + Describe(_ask()));
            }
        }
    }
}
