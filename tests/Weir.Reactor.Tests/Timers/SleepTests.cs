namespace Weir.Reactor.Tests.Timers;

public sealed class SleepTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Await_LetsItsTimePass() =>
        Assert.InRange(
            _thread.Run(async loop =>
            {
                long began = loop.NowMs;
                await new Sleep(loop, TimeSpan.FromMilliseconds(20));
                return loop.NowMs - began;
            }),
            20,
            2000);

    [Fact]
    public void Wake_WhileAsleep_EndsTheWaitAndClearsTheTimer()
    {
        _thread.Run(async loop =>
        {
            var sleep = new Sleep(loop, TimeSpan.FromHours(1));
            LoopTask sleeper = Await(sleep);
            Assert.Equal(1, loop.Timers.Count);
            sleep.Wake();
            Assert.False(sleeper.IsCompleted);
            await sleeper;
            Assert.Equal(0, loop.Timers.Count);
            sleep.Wake();
        });

        static async LoopTask Await(Sleep sleep) => await sleep;
    }
}
