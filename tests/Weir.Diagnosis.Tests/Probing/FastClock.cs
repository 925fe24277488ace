namespace Weir.Diagnosis.Tests.Probing;

/// <summary>A clock that runs twenty times as fast as the system's, so that ten seconds are waited for in a test.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Factor = 20;

    public override long GetTimestamp() => System.GetTimestamp() * Factor;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period));

    private static TimeSpan Scaled(TimeSpan time) => time < TimeSpan.Zero ? time : time / Factor;
}
