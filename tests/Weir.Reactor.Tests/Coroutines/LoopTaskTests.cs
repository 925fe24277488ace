using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Weir.Reactor.Tests.Coroutines;

public sealed class LoopTaskTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Result_ThroughSuspendedLevels_ReachesTheCaller() =>
        Assert.Equal(1 + 2 + 3, _thread.Run(loop => Sum(loop, 3)));

    [Fact]
    public void Result_OfCoroutineThatNeverSuspends_ArrivesAtOnce()
    {
        bool completed = _thread.Call(_ => Immediate(5).IsCompleted);
        Assert.True(completed);
        Assert.Equal(5, _thread.Run(_ => Immediate(5)));
    }

    [Fact]
    public void Exception_ThroughSeveralLevels_KeepsTypeMessageAndOrigin()
    {
        var exception = Assert.Throws<FormatException>(() => _thread.Run(loop => FailBelow(loop, 4)));
        Assert.Equal("from the bottom", exception.Message);
        Assert.Contains(nameof(FailBelow), exception.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_BeforeFirstSuspension_IsThrownWhereAwaited()
    {
        string caught = _thread.Run(async _ =>
        {
            LoopTask<int> task = FailAtOnce();
            try
            {
                return (await task).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (FormatException exception)
            {
                return exception.Message;
            }
        });
        Assert.Equal("at once", caught);
    }

    [Fact]
    public void Exception_CaughtHalfWay_LetsTheOuterLevelsGoOn()
    {
        int result = _thread.Run(async loop =>
        {
            int failures = 0;
            for (int i = 0; i < 3; i++)
            {
                try
                {
                    await FailBelow(loop, i);
                }
                catch (FormatException)
                {
                    failures++;
                }
            }

            return failures;
        });
        Assert.Equal(3, result);
    }

    [Fact]
    public void Task_StartedHot_RunsBeforeItIsAwaited()
    {
        (bool ranFirst, int result) = _thread.Run(async loop =>
        {
            bool ran = false;
            LoopTask<int> task = Mark(loop, () => ran = true);
            bool before = ran;
            await loop.Yield();
            await loop.Yield();
            Assert.True(task.IsCompleted);
            return (before, await task);
        });
        Assert.True(ranFirst);
        Assert.Equal(9, result);

        static async LoopTask<int> Mark(Loop loop, Action mark)
        {
            mark();
            await loop.Yield();
            return 9;
        }
    }

    [Fact]
    public void Task_AwaitedTwiceAfterItsEnd_IsCaughtByTheToken()
    {
        _thread.Run(async loop =>
        {
            LoopTask<int> task = Sum(loop, 1);
            await task;
            Assert.Throws<InvalidOperationException>(() => task.IsCompleted);
            await Assert_ThrowsWhenAwaited(task);
        });

        static async LoopTask Assert_ThrowsWhenAwaited(LoopTask<int> task)
        {
            bool thrown = false;
            try
            {
                await task;
            }
            catch (InvalidOperationException)
            {
                thrown = true;
            }

            Assert.True(thrown);
        }
    }

    [Fact]
    public void Task_AwaitedByTwoWhilePending_FailsTheSecond()
    {
        _thread.Run(async loop =>
        {
            var signal = new Signal(loop);
            LoopTask pending = WaitFor(signal);
            LoopTask first = Await(pending);
            LoopTask second = Await(pending);
            Assert.True(second.IsCompleted);
            bool refused = false;
            try
            {
                await second;
            }
            catch (InvalidOperationException)
            {
                refused = true;
            }

            Assert.True(refused);
            signal.Set();
            await first;
        });

        static async LoopTask WaitFor(Signal signal) => await signal;
        static async LoopTask Await(LoopTask task) => await task;
    }

    // The compiler checks the constraints of a builder's await methods, so `await Task.Delay(1)` in a LoopTask method is
    // an error of compilation as long as both ask for a loop's awaiter.
    [Theory]
    [InlineData(typeof(LoopTaskMethodBuilder))]
    [InlineData(typeof(LoopTaskMethodBuilder<int>))]
    public void AwaitOfThreadPoolTask_InLoopCoroutine_DoesNotCompile(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type builder)
    {
        foreach (string name in new[] { "AwaitOnCompleted", "AwaitUnsafeOnCompleted" })
        {
            MethodInfo method = builder.GetMethod(name)!;
            Assert.Contains(typeof(ILoopAwaiter), method.GetGenericArguments()[0].GetGenericParameterConstraints());
        }
    }

    // What an async Task method calls; there the exception ends the process, which is what such a bug deserves.
    [Fact]
    public void AwaitOfLoopCoroutine_ByAnotherBuilder_IsRefused()
    {
        _thread.Run(async loop =>
        {
            LoopTask<int> task = Sum(loop, 1);
            Assert.Throws<InvalidOperationException>(() => task.GetAwaiter().OnCompleted(() => { }));
            Assert.Throws<InvalidOperationException>(() => task.GetAwaiter().UnsafeOnCompleted(() => { }));
            Assert.Throws<InvalidOperationException>(() => loop.Yield().GetAwaiter().UnsafeOnCompleted(() => { }));
            Assert.Throws<InvalidOperationException>(() => new Signal(loop).GetAwaiter().UnsafeOnCompleted(() => { }));
            Assert.Equal(1, await task);
        });
    }

    [Fact]
    public void Await_SteadyState_AllocatesNothing()
    {
        const int Awaits = 100_000;
        long allocated = _thread.Run(async loop =>
        {
            // Warm: the boxes exist, and the code has been compiled.
            await Spin(loop, 1000);
            long before = GC.GetAllocatedBytesForCurrentThread();
            await Spin(loop, Awaits / 2);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, allocated);

        // Two awaits a round: one of a coroutine that suspends, in a box from the free list, and the yield within it.
        static async LoopTask Spin(Loop loop, int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                Assert.True(await Step(loop, i) == i);
            }
        }

        static async LoopTask<int> Step(Loop loop, int i)
        {
            await loop.Yield();
            return i;
        }
    }

    [Fact]
    public void Await_OfCoroutineThatNeverSuspends_RentsNoBox()
    {
        long allocated = _thread.Run(async _ =>
        {
            await ImmediateMany(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            int sum = 0;
            for (int i = 0; i < 10_000; i++)
            {
                LoopTask<int> task = ImmediateMany(i);
                sum += await task;
            }

            long spent = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(49_995_000, sum);
            return spent;
        });
        Assert.Equal(0, allocated);

        static async LoopTask<int> ImmediateMany(int i) => await Immediate(i);
    }

    [Fact]
    public void Exception_OfDetachedCoroutine_IsReportedAndCostsOnlyIt()
    {
        _thread.Call(loop =>
        {
            Loop.Start(FailDetached(loop));
            Loop.Start(FailDetachedAtOnce());
        });
        Assert.Equal(3, _thread.Run(async loop =>
        {
            await loop.Yield();
            await loop.Yield();
            return await Sum(loop, 2);
        }));
        Assert.Equal(["at once", "later"], _thread.TakeUnhandled().Select(e => e.Message));

        static async LoopTask FailDetached(Loop loop)
        {
            await loop.Yield();
            throw new FormatException("later");
        }

        static async LoopTask FailDetachedAtOnce()
        {
            await LoopTask.Completed;
            throw new FormatException("at once");
        }
    }

    [Fact]
    public void Calls_NestedDeep_UnwindWithoutLosingTheResult() =>
        Assert.Equal(500 * 501 / 2, _thread.Run(loop => Sum(loop, 500)));

    private static async LoopTask<int> Immediate(int value)
    {
        await LoopTask.Completed;
        return value;
    }

    private static async LoopTask<int> Sum(Loop loop, int n)
    {
        await loop.Yield();
        return n == 0 ? 0 : n + await Sum(loop, n - 1);
    }

    private static async LoopTask<int> FailBelow(Loop loop, int levels)
    {
        await loop.Yield();
        return levels == 0 ? throw new FormatException("from the bottom") : await FailBelow(loop, levels - 1);
    }

    private static async LoopTask<int> FailAtOnce()
    {
        await LoopTask.Completed;
        throw new FormatException("at once");
    }
}
