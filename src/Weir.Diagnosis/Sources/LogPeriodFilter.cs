namespace Weir.Diagnosis.Sources;

/// <summary>Whether an object can hold lines of the period asked for, as far as its name or its folder tells; in doubt it can.</summary>
internal sealed class LogPeriodFilter(DateTimeOffset? from, DateTimeOffset? to)
{
    private readonly DateTimeOffset? _earliest = Shift(from, -SourceLimits.PeriodMargin);
    private readonly DateTimeOffset? _latest = Shift(to, SourceLimits.PeriodMargin);

    public bool IsOpen => from is null && to is null;

    /// <summary>The first and the last day, UTC, whose folders can hold such lines; null where there is no bound.</summary>
    public DateOnly? FirstDay => DayOf(_earliest);

    public DateOnly? LastDay => DayOf(_latest);

    public bool Admits(DateTimeOffset? intervalEnd) =>
        intervalEnd is not { } end || !(end < _earliest || end > _latest);

    public bool Admits(DateOnly day) => !(day < FirstDay || day > LastDay);

    private static DateOnly? DayOf(DateTimeOffset? time) => time is { } value ? DateOnly.FromDateTime(value.UtcDateTime) : null;

    // The ends of time have no margin.
    private static DateTimeOffset? Shift(DateTimeOffset? time, TimeSpan by)
    {
        if (time is not { } value) return null;
        long ticks = Math.Clamp(value.UtcTicks + by.Ticks, DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks);
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
