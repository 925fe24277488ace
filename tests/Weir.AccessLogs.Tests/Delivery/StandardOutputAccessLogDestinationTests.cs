namespace Weir.AccessLogs.Tests.Delivery;

public class StandardOutputAccessLogDestinationTests : DeliveryTest
{
    private readonly List<byte> _output = [];

    // How much each call may take; below zero it fails. After the last, everything fits.
    private readonly Queue<int> _calls = [];

    [Fact]
    public void Write_ShortWrites_AreContinued()
    {
        foreach (int size in new[] { 1, 7, 300, 11 })
            _calls.Enqueue(size);
        using var writer = CreateWriter();
        var buffer = writer.CreateBuffer(Source);
        AppendMany(buffer, 0, 10);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal(Enumerable.Range(0, 10), Numbers([.. _output]));
        Assert.Equal(10, writer.WrittenLines);
    }

    [Fact]
    public void Write_FailureInsideALine_IsFinishedBeforeTheNext()
    {
        for (int failAt = 0; failAt < 1_000; failAt += 37)
        {
            _output.Clear();
            using var writer = CreateWriter();
            var buffer = writer.CreateBuffer(Source);
            _calls.Enqueue(failAt);
            _calls.Enqueue(-1);
            AppendMany(buffer, 0, 2);
            buffer.Flush();
            writer.RunOnce();
            _calls.Enqueue(5);
            _calls.Enqueue(-1);
            AppendMany(buffer, 2, 2);
            buffer.Flush();
            writer.RunOnce();
            _calls.Clear();
            AppendMany(buffer, 4, 2);
            buffer.Flush();
            writer.RunOnce();

            var numbers = Numbers([.. _output]);
            Assert.Equal(numbers.Order(), numbers);
            Assert.Equal([4, 5], numbers.TakeLast(2));
            Assert.Equal((numbers.Count, 6 - numbers.Count), (writer.WrittenLines, writer.LostLines));
        }
    }

    [Fact]
    public void Stop_LineBegun_IsFinished()
    {
        using var writer = CreateWriter();
        var buffer = writer.CreateBuffer(Source);
        _calls.Enqueue(20);
        _calls.Enqueue(-1);
        Append(buffer, 1);
        buffer.Flush();
        writer.RunOnce();
        writer.Stop(TimeSpan.FromMinutes(1));

        Assert.Equal([1], Numbers([.. _output]));
    }

    private AccessLogWriter CreateWriter() => new(new StandardOutputAccessLogDestination(Write), Options());

    private int Write(ReadOnlySpan<byte> bytes, out string? cause)
    {
        int size = _calls.TryDequeue(out int limit) ? Math.Min(limit, bytes.Length) : bytes.Length;
        cause = size < 0 ? "the other side is full" : null;
        _output.AddRange(bytes[..Math.Max(size, 0)]);
        return Math.Max(size, 0);
    }
}
