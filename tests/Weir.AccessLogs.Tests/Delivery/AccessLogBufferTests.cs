namespace Weir.AccessLogs.Tests.Delivery;

public class AccessLogBufferTests : DeliveryTest
{
    [Fact]
    public void Append_EveryChunkInUse_DropsAndCountsExactly()
    {
        const int Appended = 1_000;
        string path = Folder.File("access.log");
        using var writer = CreateWriter(path, chunks: 3);
        var buffer = writer.CreateBuffer(Source);
        var accepted = Enumerable.Range(0, Appended).Where(number => Append(buffer, number)).ToList();
        buffer.Flush();

        Assert.InRange(accepted.Count, 300, 500);
        Assert.Equal(Appended - accepted.Count, buffer.DroppedLines);
        Assert.Equal(buffer.DroppedLines, writer.DroppedLines);
        writer.RunOnce();
        Assert.Equal(accepted, NumbersIn(path));
        Assert.Equal(accepted.Count, writer.WrittenLines);
        Assert.Contains("too slow; " + buffer.DroppedLines + " lines dropped", Assert.Single(Reports), StringComparison.Ordinal);
    }

    [Fact]
    public void Append_AfterChunksWereReturned_IsAcceptedAgain()
    {
        using var writer = CreateWriter(Folder.File("access.log"), chunks: 1);
        var buffer = writer.CreateBuffer(Source);
        var other = writer.CreateBuffer(Source);

        Assert.True(Append(buffer, 1));
        Assert.False(Append(other, 2));
        buffer.Flush();
        Assert.False(Append(other, 3));
        writer.RunOnce();
        Assert.True(Append(other, 4));
        other.Flush();
        writer.RunOnce();

        Assert.Equal([1, 4], NumbersIn(Folder.File("access.log")));
        Assert.Equal(0, buffer.DroppedLines);
        Assert.Equal(2, other.DroppedLines);
    }

    [Fact]
    public void Append_Warm_AllocatesNothing()
    {
        using var writer = new AccessLogWriter(new CountingDestination(), Options(chunks: 8));
        var buffer = writer.CreateBuffer(Source);
        long time = Time.UnixMicroseconds;
        Fill();
        // A collection that another thread starts shifts this thread's count by part of its allocation window; what the
        // buffer allocates itself would show in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Fill();
            least = Math.Min(least, Math.Abs(GC.GetAllocatedBytesForCurrentThread() - before));
        }

        Assert.Equal(0, least);
        Assert.Equal(21 * 2_000, writer.WrittenLines + writer.DroppedLines);
        Assert.True(writer.DroppedLines > 0, "dropping is part of what must not allocate");

        // More lines than eight chunks hold, with new seconds and an escape in them, then the chunks come back.
        void Fill()
        {
            for (int line = 0; line < 2_000; line++)
            {
                buffer.Append(Records.Forwarded with
                {
                    TimeUnixMicroseconds = time += 200_000,
                    UserAgent = "say \"hello\""u8,
                });
            }

            buffer.Flush();
            writer.RunOnce();
        }
    }

    [Fact]
    public void Append_OnSeveralThreads_LosesAndMixesNoLine()
    {
        const int Threads = 4;
        const int LinesOfEach = 2_000;
        string path = Folder.File("access.log");
        using var writer = CreateWriter(path);
        writer.Start();
        var threads = Enumerable.Range(0, Threads)
            .Select(index => new Thread(() => AppendAll(writer, index * LinesOfEach, LinesOfEach)))
            .ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        Assert.True(writer.Stop(TimeSpan.FromMinutes(1)));
        var numbers = NumbersIn(path);
        Assert.Equal(0, writer.DroppedLines);
        Assert.Equal(Threads * LinesOfEach, numbers.Count);
        for (int index = 0; index < Threads; index++)
        {
            int first = index * LinesOfEach;
            var ofThread = numbers.Where(number => number >= first && number < first + LinesOfEach);
            Assert.Equal(Enumerable.Range(first, LinesOfEach), ofThread);
        }
    }

    [Fact]
    public void Append_AfterTheWriterStopped_IsDroppedAndCounted()
    {
        using var writer = CreateWriter(Folder.File("access.log"));
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        writer.Stop(TimeSpan.FromMinutes(1));

        buffer.Flush();
        Assert.Equal(1, buffer.DroppedLines);
        Assert.False(Append(buffer, 2));
        Assert.Equal(2, writer.DroppedLines);
    }

    // Some flush often, some when full: small and large chunks mix.
    private static void AppendAll(AccessLogWriter writer, int first, int count)
    {
        var buffer = writer.CreateBuffer(Source);
        for (int number = first; number < first + count; number++)
        {
            Append(buffer, number, Records.TimeUnixMicroseconds);
            if (number % 199 == 0)
                buffer.Flush();
        }

        buffer.Flush();
    }

    private sealed class CountingDestination : IAccessLogDestination
    {
        public DateTimeOffset? NextDue => null;

        public string? Check() => null;

        public void Write(AccessLogChunk chunk, AccessLogDeliveryState state) => state.Written("counted", chunk.Lines);

        public void DeliverDue(AccessLogDeliveryState state)
        {
        }

        public void Reopen(AccessLogDeliveryState state)
        {
        }

        public void Complete(AccessLogDeliveryState state)
        {
        }

        public void Dispose()
        {
        }
    }
}
