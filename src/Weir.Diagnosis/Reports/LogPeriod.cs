namespace Weir.Diagnosis.Reports;

/// <summary>The time that the requests read cover: from the first answer to the last; null where there was none.</summary>
public sealed record LogPeriod(DateTimeOffset? From, DateTimeOffset? To)
{
    public static LogPeriod None { get; } = new(null, null);

    public TimeSpan Length => From is { } from && To is { } to ? to - from : TimeSpan.Zero;
}
