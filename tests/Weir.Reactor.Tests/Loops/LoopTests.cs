using System.Diagnostics;
using System.IO.Pipes;

namespace Weir.Reactor.Tests.Loops;

public sealed class LoopTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Post_FromFourThreads_KeepsEachThreadsOrder()
    {
        const int Each = 20_000;
        int[] next = new int[4];
        int disordered = 0;
        using var all = new CountdownEvent(4 * Each);
        var posters = new List<Thread>();
        for (int t = 0; t < 4; t++)
        {
            int mine = t;
            var poster = new Thread(() =>
            {
                for (int i = 0; i < Each; i++)
                {
                    int number = i;
                    _thread.Loop.Post(() =>
                    {
                        disordered += next[mine]++ == number ? 0 : 1;
                        all.Signal();
                    });
                }
            });
            posters.Add(poster);
            poster.Start();
        }

        Assert.True(all.Wait(LoopThread.Bound, TestContext.Current.CancellationToken));
        Assert.All(posters, poster => Assert.True(poster.Join(LoopThread.Bound)));
        Assert.Equal(0, disordered);
    }

    [Fact]
    public void Post_ToSleepingLoop_WakesIt()
    {
        // Nothing is set and nothing is ready: every one of these ends an endless wait.
        for (int i = 0; i < 1000; i++)
        {
            int mine = i;
            Assert.Equal(mine, _thread.Call(_ => mine));
        }
    }

    [Fact]
    public void Post_WorkThatPostsItself_LeavesEveryoneElseTheirTurn()
    {
        int runs = 0;
        bool stop = false;
        _thread.Loop.Post(Again);
        int turns = _thread.Run(async loop =>
        {
            int seen = 0;
            for (; seen < 100; seen++)
            {
                await loop.Yield();
            }

            stop = true;
            return seen;
        });
        Assert.Equal(100, turns);
        Assert.True(runs > 0);

        void Again()
        {
            runs++;
            if (!stop)
            {
                _thread.Loop.Post(Again);
            }
        }
    }

    [Fact]
    public void Post_AfterDispose_TouchesNoOtherDescriptor()
    {
        var thread = new LoopThread();
        thread.Dispose();
        // The lowest free descriptors, which are those that the loop has given back.
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.GetClientHandleAsString());
        thread.Loop.Post(() => { });
        thread.Loop.Stop();
        writer.Write([7]);
        Assert.Equal(7, reader.ReadByte());
    }

    [Fact]
    public void Callbacks_ThatThrow_AreReportedAndCostOnlyThemselves()
    {
        _thread.Call(loop =>
        {
            new LoopTimer(loop, new Timers.ThrowingTarget()).Set(loop.NowMs);
            loop.Ready(new ThrowingContinuation());
        });
        _thread.Loop.Post(() => throw new FormatException("a bug in posted work"));
        _thread.Run(async loop =>
        {
            var timer = new TimerWait(loop);
            await timer.After(5);
        });
        Assert.Equal(3, _thread.TakeUnhandled().Count);
    }

    [Fact]
    public void Timer_OnSleepingLoop_FiresInTimeAndNeverEarly()
    {
        const int WaitMs = 40;
        (long loopMs, TimeSpan elapsed) = _thread.Run(async loop =>
        {
            var timer = new TimerWait(loop);
            long began = Stopwatch.GetTimestamp();
            long beganMs = loop.NowMs;
            await timer.After(WaitMs);
            return (loop.NowMs - beganMs, Stopwatch.GetElapsedTime(began));
        });
        Assert.InRange(loopMs, WaitMs, 2000);
        // The loop's clock is read at the turn's start and cut to milliseconds.
        Assert.InRange(elapsed.TotalMilliseconds, WaitMs - 5, 2000);
    }

    [Fact]
    public void Loop_WithNothingToDo_TakesNoTurns()
    {
        long before = _thread.Call(loop => loop.Turns);
        long after = _thread.Call(loop => loop.Turns);
        Assert.InRange(after - before, 1, 4);
    }

    [Fact]
    public void Stop_FromAnotherThread_EndsRunAndLeavesNoCurrentLoop()
    {
        using var loop = new EpollLoop();
        Loop? during = null;
        bool refusedAfter = false;
        var thread = new Thread(() =>
        {
            loop.Run();
            try
            {
                _ = Loop.Current;
            }
            catch (InvalidOperationException)
            {
                refusedAfter = true;
            }
        });
        thread.Start();
        using var running = new ManualResetEventSlim();
        loop.Post(() =>
        {
            during = Loop.Current;
            running.Set();
        });
        Assert.True(running.Wait(LoopThread.Bound, TestContext.Current.CancellationToken));
        loop.Stop();
        Assert.True(thread.Join(LoopThread.Bound));
        Assert.Same(loop, during);
        Assert.True(refusedAfter);
    }

    [Fact]
    public void Stop_BeforeRun_MakesRunReturn()
    {
        using var loop = new EpollLoop();
        loop.Stop();
        loop.Run();
        Assert.Equal(0, loop.Turns);
    }
}
