namespace Weir.Diagnosis.TargetLogs;

/// <summary>The targets' clock against the balancer's.</summary>
/// <param name="Microseconds">To be taken from a target's time to get the balancer's.</param>
/// <param name="ToleranceMicroseconds">How far a line's time may lie from its request's after that.</param>
/// <param name="Requests">Good requests that it was estimated from; 0: it is assumed to be none.</param>
/// <param name="TimeIs">Which moment the times are: as the form says, else as the requests showed.</param>
public sealed record ClockOffset(long Microseconds, long ToleranceMicroseconds, int Requests, TimeMeaning TimeIs)
{
    public bool IsEstimated => Requests > 0;

    /// <summary>The line's moment by the balancer's clock.</summary>
    internal long MomentOf(in TargetLogEntry entry) => MomentOf(entry, TimeIs) - Microseconds;

    /// <summary>From the line's moment to the same moment of the request, as the line's form means it; microseconds.</summary>
    internal static long Difference(in TargetLogEntry entry, JoinRequest request, TimeMeaning timeIs) =>
        MomentOf(entry, timeIs) - MomentOf(request, timeIs, entry.DurationMicroseconds is not null);

    /// <summary>An end with a duration is a start: the balancer knows that to the millisecond.</summary>
    internal static long MomentOf(in TargetLogEntry entry, TimeMeaning timeIs) =>
        entry.TimeMicroseconds!.Value - (timeIs == TimeMeaning.End ? entry.DurationMicroseconds ?? 0 : 0);

    internal static long MomentOf(JoinRequest request, TimeMeaning timeIs, bool hasDuration) =>
        timeIs == TimeMeaning.End && !hasDuration ? request.CompletedMicroseconds : request.DispatchedMicroseconds;
}
