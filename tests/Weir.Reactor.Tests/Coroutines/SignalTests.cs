namespace Weir.Reactor.Tests.Coroutines;

public sealed class SignalTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Set_WithWaiter_NeverRunsItInline()
    {
        _thread.Run(async loop =>
        {
            var signal = new Signal(loop);
            bool woken = false;
            Loop.Start(Wait(signal, () => woken = true));
            signal.Set();
            Assert.False(woken);
            await loop.Yield();
            Assert.True(woken);
        });
    }

    [Fact]
    public void Await_OfSetSignal_DoesNotSuspend()
    {
        bool completed = _thread.Call(loop =>
        {
            var signal = new Signal(loop);
            signal.Set();
            return Wait(signal, () => { }).IsCompleted;
        });
        Assert.True(completed);
    }

    [Fact]
    public void Await_BySecondWaiter_IsRefused()
    {
        _thread.Call(loop =>
        {
            var signal = new Signal(loop);
            Loop.Start(Wait(signal, () => { }));
            Loop.Start(Wait(signal, () => { }));
            signal.Set();
        });
        Assert.IsType<InvalidOperationException>(Assert.Single(_thread.TakeUnhandled()));
    }

    [Fact]
    public void Set_OfHundredThousandSignals_WakesAllInOrderWithoutNesting()
    {
        const int Waiters = 100_000;
        _thread.Run(async loop =>
        {
            var signals = new Signal[Waiters];
            int next = 0;
            bool inOrder = true;
            for (int i = 0; i < Waiters; i++)
            {
                int mine = i;
                signals[i] = new Signal(loop);
                Loop.Start(Wait(signals[i], () => inOrder &= next++ == mine));
            }

            foreach (Signal signal in signals)
            {
                signal.Set();
            }

            Assert.Equal(Waiters, loop.ReadyCount);
            await loop.Yield();
            Assert.True(inOrder);
            Assert.Equal(Waiters, next);
        });
    }

    [Fact]
    public void Set_InChainOfFiftyThousand_DoesNotGrowTheStack()
    {
        const int Links = 50_000;
        _thread.Run(async loop =>
        {
            var signals = new Signal[Links + 1];
            for (int i = 0; i <= Links; i++)
            {
                signals[i] = new Signal(loop);
            }

            for (int i = 0; i < Links; i++)
            {
                Loop.Start(Wait(signals[i], signals[i + 1].Set));
            }

            signals[0].Set();
            await signals[Links];
            Assert.True(signals[Links].IsSet);
        });
    }

    [Fact]
    public void Yield_ByHundredThousand_ResumesEachOnceATurn()
    {
        const int Coroutines = 100_000;
        _thread.Run(async loop =>
        {
            int first = 0;
            int second = 0;
            for (int i = 0; i < Coroutines; i++)
            {
                Loop.Start(YieldTwice(loop));
            }

            await loop.Yield();
            Assert.Equal((Coroutines, 0), (first, second));
            await loop.Yield();
            Assert.Equal((Coroutines, Coroutines), (first, second));

            async LoopTask YieldTwice(Loop on)
            {
                await on.Yield();
                first++;
                await on.Yield();
                second++;
            }
        });
    }

    private static async LoopTask Wait(Signal signal, Action then)
    {
        await signal;
        then();
    }
}
