namespace Weir.Reactor.Tests.Buffers;

public sealed class BufferPoolTests
{
    // A piece of an upload.
    private const int Body = 64 * 1024;

    [Theory]
    [InlineData(0, 4 * 1024)]
    [InlineData(1, 4 * 1024)]
    [InlineData(4 * 1024, 4 * 1024)]
    [InlineData(4 * 1024 + 1, 16 * 1024)]
    [InlineData(64 * 1024, 64 * 1024)]
    [InlineData(64 * 1024 + 1, 128 * 1024)]
    [InlineData(128 * 1024, 128 * 1024)]
    [InlineData(128 * 1024 + 1, 256 * 1024)]
    [InlineData(256 * 1024, 256 * 1024)]
    public void Rent_AnySizeUpToTheLargest_GivesTheNextSizeUp(int bytes, int expectedBytes) =>
        Assert.Equal(expectedBytes, new BufferPool().Rent(bytes).Length);

    [Fact]
    public void Rent_MoreThanTheLargest_IsRefusedAndCountsNothing()
    {
        var pool = new BufferPool();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BufferPool.SizesInBytes[^1] + 1));
        Assert.Equal((0, 0L), (pool.Rented, pool.TotalBytes));
    }

    [Fact]
    public void Return_ThenRent_GivesTheSameBufferWithoutAllocating()
    {
        var pool = new BufferPool();
        byte[] first = pool.Rent(100);
        pool.Return(first);
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] second = pool.Rent(200);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Same(first, second);
        Assert.Equal(0, allocated);
        Assert.Equal(1, pool.Rented);
    }

    [Fact]
    public void Rent_WhileOthersAreOut_NeverGivesOneTwice()
    {
        var pool = new BufferPool();
        var random = new LoopRandom(3);
        var held = new List<byte[]>();
        for (int i = 0; i < 5000; i++)
        {
            if (held.Count > 0 && random.Next(2) == 0)
            {
                int at = random.Next(held.Count);
                pool.Return(held[at]);
                held.RemoveAt(at);
            }
            else
            {
                byte[] buffer = pool.Rent(random.Next(BufferPool.SizesInBytes[^1] + 1));
                Assert.DoesNotContain(held, other => ReferenceEquals(other, buffer));
                held.Add(buffer);
            }

            Assert.Equal(held.Count, pool.Rented);
        }

        held.ForEach(pool.Return);
        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public void Rent_ManyAtOnceAgainAndAgain_AllocatesInTheFirstRoundOnly()
    {
        var pool = new BufferPool();
        byte[][] held = new byte[1024][];
        RentAndReturn(pool, held);
        pool.Trim();
        // What the runtime allocates when it first compiles this code well is not the pool's.
        var warmUp = new BufferPool();
        for (int i = 0; i < 100; i++)
        {
            RentAndReturn(warmUp, held);
            warmUp.Trim();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            RentAndReturn(pool, held);
            pool.Trim();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((0, 1024L * Body), (pool.Rented, pool.KeptBytes));
    }

    [Fact]
    public void Trim_WhenNothingIsUsed_LetsEverythingGoByHalves()
    {
        var pool = new BufferPool();
        RentAndReturn(pool, new byte[1024][]);
        // The first only begins to watch.
        pool.Trim();
        Assert.Equal(1024L * Body, pool.KeptBytes);
        pool.Trim();
        Assert.Equal(512L * Body, pool.KeptBytes);
        for (int i = 0; i < 10; i++)
        {
            pool.Trim();
        }

        Assert.Equal((0L, 0L), (pool.KeptBytes, pool.TotalBytes));
    }

    [Fact]
    public void Trim_WhenSomeAreUsed_KeepsAsMany()
    {
        var pool = new BufferPool();
        RentAndReturn(pool, new byte[1024][]);
        byte[][] held = new byte[100][];
        for (int i = 0; i < 20; i++)
        {
            RentAndReturn(pool, held);
            pool.Trim();
        }

        Assert.Equal(100L * Body, pool.KeptBytes);
    }

    [Fact]
    public void Return_BeyondTheKeptBytes_LeavesTheRestToTheCollector()
    {
        var pool = new BufferPool();
        int size = BufferPool.SizesInBytes[^1];
        int kept = (int)(BufferPool.MaxKeptBytes / size);
        var held = new List<byte[]>();
        for (int i = 0; i < kept + 10; i++)
        {
            held.Add(pool.Rent(size));
        }

        Assert.Equal((long)(kept + 10) * size, pool.TotalBytes);
        held.ForEach(pool.Return);
        Assert.Equal((BufferPool.MaxKeptBytes, BufferPool.MaxKeptBytes), (pool.KeptBytes, pool.TotalBytes));
        Assert.Equal(0, pool.Rented);
    }

    private static void RentAndReturn(BufferPool pool, byte[][] held)
    {
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = pool.Rent(Body);
        }

        foreach (byte[] buffer in held)
        {
            pool.Return(buffer);
        }
    }
}
