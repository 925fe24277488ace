using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Tests.Lags;

public sealed class CompletionQueueTests
{
    private const uint WindowTicks = 600_000;
    private const long WindowMicroseconds = (long)WindowTicks * LagScale.MicrosecondsPerTick;

    // More than 2³² ticks after the epoch, as in every log.
    private const long Start = 1_758_610_800_000_000;

    [Theory]
    [InlineData(10_000)]
    [InlineData(900_000)]
    [InlineData(30_000_000)]
    [InlineData(100_000_000)]
    public void LagsAt_OfAnyTraffic_AreThoseOfAListOfAll(long meanMicroseconds)
    {
        var random = new Random(1);
        var queue = new CompletionQueue(new LagMemory(), WindowTicks);
        var all = new List<long>();
        long now = Start;
        var lags = new uint[40_000];
        for (int i = 0; i < 20_000; i++)
        {
            now += (long)(-Math.Log(1 - random.NextDouble()) * meanMicroseconds);
            queue.Add(now);
            all.Add(now / LagScale.MicrosecondsPerTick);
            if (i % 97 != 0) continue;

            long at = now + random.NextInt64(-meanMicroseconds, WindowMicroseconds / 2);
            long tick = at / LagScale.MicrosecondsPerTick;
            IEnumerable<uint> expected = all.AsEnumerable().Reverse()
                .TakeWhile(then => tick - then <= WindowTicks && all[^1] - then <= WindowTicks).Where(then => then <= tick).Select(then => (uint)(tick - then));
            Assert.Equal(expected, lags[..queue.LagsAt(at, lags)]);
        }

        Assert.Equal(all[0], queue.FirstTick);
    }

    [Fact]
    public void LagsAt_OfMoreThanFit_AreTheSmallest()
    {
        var queue = new CompletionQueue(new LagMemory(), WindowTicks);
        for (int i = 0; i < 100; i++) queue.Add(Start + (i * 1_000_000L));

        var lags = new uint[20];

        Assert.Equal(20, queue.LagsAt(Start + 99_000_000, lags));
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => (uint)i * 10_000), lags);
    }

    [Fact]
    public void Add_BeyondTheMemory_ForgetsItsOwnOldestAndSaysSo()
    {
        var memory = new LagMemory(maxAnswerBlocks: 2);
        CompletionQueue busy = new(memory, WindowTicks), late = new(memory, WindowTicks);
        for (int i = 0; i < 100; i++) busy.Add(Start + (i * 10_000));
        Assert.True(memory.IsShort);

        // The first block is everybody's right.
        late.Add(Start + 1_000_000);
        var lags = new uint[200];

        Assert.Equal([10_000u], lags[..late.LagsAt(Start + 2_000_000, lags)]);
        Assert.Equal(Enumerable.Range(0, busy.Count).Select(static i => 100u * (uint)i), lags[..busy.LagsAt(Start + 990_000, lags)]);
        Assert.InRange(busy.Count, TickBlocks.TicksPerBlock + 1, 2 * TickBlocks.TicksPerBlock);
    }

    [Fact]
    public void Add_WhereNoMemoryIsLeft_KeepsTheLastAnswers()
    {
        var memory = new LagMemory(maxAnswerBlocks: 0);
        var queue = new CompletionQueue(memory, WindowTicks);
        for (int i = 0; i <= TickBlocks.TicksPerBlock; i++) queue.Add(Start + (i * 10_000));

        var lags = new uint[200];

        Assert.True(memory.IsShort);
        Assert.Equal([0u], lags[..queue.LagsAt(Start + (TickBlocks.TicksPerBlock * 10_000), lags)]);
    }

    [Fact]
    public void Add_AfterOthersWentQuiet_TakesWhatTheyGaveBack()
    {
        var memory = new LagMemory(maxAnswerBlocks: 40);
        CompletionQueue first = new(memory, WindowTicks), second = new(memory, WindowTicks);
        long now = Start;
        for (int round = 0; round < 50; round++)
        {
            CompletionQueue busy = round % 2 == 0 ? first : second, quiet = round % 2 == 0 ? second : first;
            for (int i = 0; i < 500; i++) busy.Add(now += 1_000);
            now += 2 * WindowMicroseconds;
            quiet.Add(now);
            busy.Add(now);
        }

        Assert.False(memory.IsShort);
    }
}
