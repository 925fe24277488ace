namespace Weir.Diagnosis.Tests.Probing;

/// <summary>A clock whose timers all end late: what is asked to last 10 ms lasts 300. So is a machine that is busy with something else.</summary>
internal sealed class LateClock : TimeProvider
{
    private const int Factor = 30;

    public override long GetTimestamp() => System.GetTimestamp() * Factor;

    public override long TimestampFrequency => System.TimestampFrequency;
}
