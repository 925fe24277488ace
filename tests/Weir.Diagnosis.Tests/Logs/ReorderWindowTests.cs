using CsCheck;
using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

/// <summary>Order, whatever comes; and never more in memory than the room there is.</summary>
public class ReorderWindowTests
{
    private const long Second = 1_000_000;

    private readonly CollectingConsumer _consumer = new();

    [Fact]
    public void Add_AnyOrderWithinTheWindow_ComesOutByTimeAndNothingIsLate() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[0, 599 * Second]).Array[0, 300].Sample(requests =>
        {
            var consumer = new CollectingConsumer();
            var window = new ReorderWindow(consumer);
            foreach (var (node, jitter) in requests)
                window.Add(Request(node, (1000 * Second) - jitter), null);

            window.Flush();

            Assert.Equal(0, window.LateLines);
            Assert.Equal(requests.Length, consumer.Requests.Count);
            foreach (var node in consumer.Requests.GroupBy(request => request.Node))
                Assert.Equal(node.Select(request => request.CompletedMicroseconds).Order(), node.Select(request => request.CompletedMicroseconds));
        });

    [Fact]
    public void Add_AnyTimes_LosesNothingAndOrdersWhatIsNotLate() =>
        Gen.Select(Gen.Int[-1, 2], Gen.Long[0, 100_000 * Second], Gen.Bool).Array[0, 300].Sample(requests =>
        {
            var consumer = new CollectingConsumer();
            var window = new ReorderWindow(consumer, pendingRequests: 64);
            foreach (var (node, time, detailed) in requests)
                window.Add(Request(node, time), detailed ? Detail(time) : null);

            window.Flush();

            Assert.Equal(requests.Length, consumer.Requests.Count);
            Assert.Equal(window.LateLines, consumer.Requests.Count(request => request.IsLate));
            Assert.Equal(requests.Where(request => request.Item3).Select(request => request.Item2).Order(), consumer.Details.Select(detail => detail.LineNumber).Order());
            foreach (var node in consumer.Requests.Where(request => !request.IsLate).GroupBy(request => request.Node))
                Assert.Equal(node.Select(request => request.CompletedMicroseconds).Order(), node.Select(request => request.CompletedMicroseconds));
        });

    [Fact]
    public void Add_SameTime_KeepsTheOrderOfComing()
    {
        var window = new ReorderWindow(_consumer);
        window.Add(Request(0, 5 * Second) with { RequestKey = 9 }, Detail(9));
        for (ulong key = 1; key <= 40; key++)
            window.Add(Request(0, 4 * Second) with { RequestKey = key }, Detail((long)key));

        window.Flush();

        Assert.Equal(Enumerable.Range(1, 40).Select(key => (ulong)key).Append(9UL), _consumer.Requests.Select(request => request.RequestKey));
        Assert.Equal(Enumerable.Range(1, 40).Select(key => (long)key).Append(9L), _consumer.Details.Select(detail => detail.LineNumber));
    }

    [Fact]
    public void Add_WindowPassed_GivesOutAtOnce()
    {
        var window = new ReorderWindow(_consumer);
        window.Add(Request(0, 0), null);
        window.Add(Request(0, 500 * Second), null);
        Assert.Empty(_consumer.Requests);

        window.Add(Request(0, 700 * Second), null);

        Assert.Equal([0L], _consumer.Times);
    }

    [Fact]
    public void Add_MoreThanThereIsRoomFor_ShortensTheWindowInsteadOfGrowing()
    {
        const int room = 3200;
        var window = new ReorderWindow(_consumer, room);
        for (int i = 0; i < 200_000; i++)
            window.Add(Request(i % 3, i * (Second / 100)), null);

        window.Flush();

        Assert.InRange(window.AllocatedRequests, 1, room);
        Assert.True(window.ShortenedBuckets > 0);
        Assert.Equal((200_000, 0L), (_consumer.Requests.Count, window.LateLines));
    }

    [Fact]
    public void Add_NodesThatEnded_MakeRoomForOthers()
    {
        const int room = 3200;
        var window = new ReorderWindow(_consumer, room);
        for (int node = 0; node < 50; node++)
        {
            for (int i = 0; i < 1500; i++)
                window.Add(Request(node, i * (Second / 10)), null);
        }

        Assert.InRange(window.AllocatedRequests, 1, room);
        window.Flush();
        Assert.Equal((75_000, 0L), (_consumer.Requests.Count, window.LateLines));
    }

    private static LoggedRequest Request(int node, long microseconds) => new()
    {
        CompletedMicroseconds = microseconds,
        CreatedMicroseconds = microseconds,
        RequestMilliseconds = 0,
        TargetMilliseconds = 0,
        ResponseMilliseconds = 0,
        ElbStatus = 200,
        TargetStatus = 200,
        Node = node,
        Target = 0,
        TargetGroup = 0,
        IsCreationLogged = true,
        RequestKey = 0,
        ReceivedBytes = 0,
        SentBytes = 0,
    };

    private static RequestDetail Detail(long number) => new()
    {
        Type = "http",
        ClientAddress = "",
        Method = "GET",
        Url = "/",
        UserAgent = "",
        TraceId = null,
        Actions = null,
        ErrorReason = null,
        Classification = null,
        ClassificationReason = null,
        ConnectionTraceId = null,
        File = "",
        LineNumber = number,
    };
}
