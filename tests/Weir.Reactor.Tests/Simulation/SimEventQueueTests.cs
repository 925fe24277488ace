namespace Weir.Reactor.Tests.Simulation;

public class SimEventQueueTests
{
    [Fact]
    public void Queue_FilledAndEmptiedAtRandom_GivesTimeOrderAndThenTheOrderOfAdding()
    {
        var random = new LoopRandom(SimPair.Seed);
        var queue = new SimEventQueue();
        var model = new SortedSet<(long At, long Number)>();
        long number = 0;
        for (int i = 0; i < 100_000; i++)
        {
            if (model.Count == 0 || random.Next(100) < (i < 50_000 ? 60 : 40))
            {
                long at = random.Next(1000);
                queue.Add(at, new SimEvent(SimEventKind.Action, this, number));
                model.Add((at, number++));
            }
            else
            {
                (long at, long expected) = model.Min;
                model.Remove(model.Min);
                Assert.Equal(at, queue.NextAtMicros);
                Assert.Equal(expected, queue.Take().First);
            }

            Assert.Equal(model.Count, queue.Count);
        }
    }
}
