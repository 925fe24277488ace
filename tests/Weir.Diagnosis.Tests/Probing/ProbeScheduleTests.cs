using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

public sealed class ProbeScheduleTests
{
    // A page that takes its time: connections are idle only after it, and those that live are asked for it once more.
    [Fact]
    public void Idle_OfASlowPage_HasTheTimeOfItsAnswersToGo()
    {
        var options = new ProbeOptions { Url = ProbeUrl.Parse("http://10.0.0.7:3000/", out _)!, Repeats = 1, SilentWait = TimeSpan.Zero };
        TimeSpan round = IdleConnections.RoundLimit(options);

        Assert.Equal(TimeSpan.Zero, new ProbeSchedule(options).Idle(1, 1, round, 0, TimeSpan.Zero).Left);
        Assert.Equal(
            TimeSpan.FromSeconds(40), new ProbeSchedule(options, TimeSpan.FromSeconds(20)).Idle(1, 1, round, 0, TimeSpan.Zero).Left);
    }
}
