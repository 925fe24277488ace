using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>The stretches of time into which a log is cut for charts and trends: equally long, at most <see cref="ReportLimits.TimeBars"/>. Immutable.</summary>
internal sealed class TimeBars
{
    private readonly TimeHistogram _times;

    public TimeBars(TimeHistogram times, long lastMicroseconds)
    {
        _times = times;
        long slots = Math.Max(((lastMicroseconds - times.OriginMicroseconds) / times.SlotMicroseconds) + 1, 1);
        WidthMicroseconds = times.SlotMicroseconds * ((slots + ReportLimits.TimeBars - 1) / ReportLimits.TimeBars);
        Count = (int)((slots * times.SlotMicroseconds / WidthMicroseconds) + 1);
        Count = Math.Min(Count, ReportLimits.TimeBars);
    }

    public int Count { get; }

    public long WidthMicroseconds { get; }

    public int IndexOf(long microseconds) =>
        (int)Math.Clamp((microseconds - _times.OriginMicroseconds) / WidthMicroseconds, 0, Count - 1);

    public long StartMicroseconds(int bar) => _times.OriginMicroseconds + (bar * WidthMicroseconds);

    public long Requests(int bar) => _times.CountBetween(StartMicroseconds(bar), StartMicroseconds(bar + 1));
}
