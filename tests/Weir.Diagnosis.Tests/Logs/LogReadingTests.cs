using System.Globalization;
using System.Text;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Logs;

/// <summary>Whole texts, from bytes to requests in order.</summary>
public class LogReadingTests
{
    private readonly CollectingConsumer _consumer = new();
    private LogReading? _reading;

    [Fact]
    public void Run_OneLine_GivesTheRequest()
    {
        Run(Text(LogLines.At(1.5, fails: true)));

        var request = Assert.Single(_consumer.Requests);
        Assert.Equal(LogLines.Begin.AddSeconds(1.5).ToUnixTimeMilliseconds() * 1000, request.CompletedMicroseconds);
        Assert.Equal(request.CompletedMicroseconds - 5000, request.CreatedMicroseconds);
        Assert.Equal((1, 0, -1), (request.RequestMilliseconds, request.TargetMilliseconds, request.ResponseMilliseconds));
        Assert.True(request.IsBalancerError && request.IsCreationLogged && !request.IsLate);
        Assert.Equal("10.0.0.9", _reading!.Names.Nodes[request.Node]);
        Assert.Equal("10.0.1.1:8080", _reading.Names.Targets[request.Target]);
        Assert.Equal(LogLines.Group, _reading.Names.TargetGroups[request.TargetGroup]);
    }

    [Fact]
    public void Run_LinesOfSeveralLoadBalancers_NamesEachOnce()
    {
        string other = LogLines.At(1.5).Replace("app/name/id", "app/other/id", StringComparison.Ordinal);
        Run(Text(LogLines.At(1) + other + LogLines.At(2)), Text(other));

        Assert.Equal(["app/name/id", "app/other/id"], _reading!.Names.LoadBalancers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_BalancerError_ComesWithItsDetail()
    {
        Run(Text("nonsense\n" + LogLines.At(1) + LogLines.At(2, fails: true, url: "http://h:80/a b?c=\u202e")));

        var detail = Assert.Single(_consumer.Details);
        Assert.Equal(("http", "192.168.131.39", "GET"), (detail.Type, detail.ClientAddress, detail.Method));
        Assert.Equal("http://h:80/a b?c=\u202e", detail.Url);
        Assert.Equal("Root=1-58337262-0000000000000000000007d0", detail.TraceId);
        Assert.Equal(("forward", null, null), (detail.Actions, detail.ErrorReason, detail.Classification));
        Assert.Equal("TID_0123456789abcdef0123456789abcdef", detail.ConnectionTraceId);
        Assert.Equal(("a.log", 3L), (detail.File, detail.LineNumber));
    }

    [Fact]
    public void Run_FilesOfSeveralNodes_AreMergedByTheTimesInTheirNames()
    {
        MemoryText[] texts =
        [
            File("b1", "10.0.0.2", interval: 1, from: 0), File("a0", "10.0.0.1", interval: 0, from: -300),
            File("b0", "10.0.0.2", interval: 0, from: -300), File("a1", "10.0.0.1", interval: 1, from: 0),
        ];

        var counts = Run(texts);

        Assert.Equal((4L, 0L), (counts.Files, counts.LateLines));
        foreach (var node in _consumer.Requests.GroupBy(request => request.Node))
        {
            Assert.Equal(200, node.Count());
            Assert.Equal(node.Select(request => request.CompletedMicroseconds).Order(), node.Select(request => request.CompletedMicroseconds));
        }

        Assert.Equal(["10.0.0.1", "10.0.0.2"], _reading!.Names.Nodes.Order(StringComparer.Ordinal));

        static MemoryText File(string name, string node, int interval, int from)
        {
            // Out of order within a file, as AWS says nothing of it; without the node's address, as old layouts are.
            var seconds = Enumerable.Range(0, 100).Select(i => from + (i * 37 % 100 * 2.5));
            return new MemoryText(name, string.Concat(seconds.Select(second => LogLines.At(second, node: null))))
            {
                NodeAddress = node,
                IntervalEnd = LogLines.Begin.AddMinutes(5 * interval),
            };
        }
    }

    [Fact]
    public void Run_LineBeyondTheWindow_IsCountedAndMarkedAndNotLost()
    {
        var counts = Run(Text(LogLines.At(0) + LogLines.At(2000) + LogLines.At(1300, fails: true) + LogLines.At(1500) + LogLines.At(1450)));

        Assert.Equal((5L, 1L), (counts.Requests, counts.LateLines));
        var late = Assert.Single(_consumer.Requests, request => request.IsLate);
        Assert.True(late.IsBalancerError);
        Assert.Single(_consumer.Details);
        Assert.Equal([0, 1450, 1500, 2000], _consumer.Requests.Where(request => !request.IsLate).Select(SecondsOf));
    }

    [Fact]
    public void Run_OneNodeAfterTheOther_MakesNothingLate()
    {
        string[] nodes = ["10.0.0.1", "10.0.0.2"];
        string text = string.Concat(nodes.SelectMany(node => Enumerable.Range(0, 100).Select(i => LogLines.At(i * 60, node))));

        Assert.Equal(0, Run(Text(text)).LateLines);
    }

    [Fact]
    public void Run_Period_LeavesTheRestOut()
    {
        var options = new LogReadingOptions { From = LogLines.Begin.AddSeconds(10), To = LogLines.Begin.AddSeconds(20) };

        var counts = Run(options, Text(string.Concat(Enumerable.Range(0, 30).Select(i => LogLines.At(i)))));

        Assert.Equal((10L, 20L), (counts.Requests, counts.OutsidePeriod));
        Assert.Equal((LogLines.Begin, LogLines.Begin.AddSeconds(29)), (counts.Outside.From, counts.Outside.To));
        Assert.Equal(Enumerable.Range(10, 10).Select(i => (double)i), _consumer.Requests.Select(SecondsOf));
    }

    [Fact]
    public void Run_EveryKindOfLine_IsCountedOnce()
    {
        var counts = Run(
            Text(
                LogLines.At(1) + "Enable AccessLog for ELB: x at y\n" + "\n" + "nonsense\r\n"
                + "tls 2.0 2018-12-20T02:59:40 net/n/1 a b c\n"
                + "2015-05-13T23:39:43.945958Z lb 1.2.3.4:1 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://h:80/ HTTP/1.1\"\n"
                + "2026-09-23T07:11:27.691358Z 49.36.71.40 64326 443 TLSv1.2 C 0.337 \"-\" - - Success TID_0a secp256r1 app/name/id 10.0.0.9\n"
                + "http 2026-09-23T07:11:28.875678Z 0.019584011 10.0.1.1:8080 group FAIL 503 TargetError\n"),
            Text(""),
            Text("Enable AccessLog for ELB: x at y"));

        Assert.Equal(9, counts.Lines);
        Assert.Equal((1L, 3L, 1L), (counts.Requests, counts.EmptyLines, counts.UnreadableLines));
        Assert.Equal((2L, 1L, 1L), (counts.OtherBalancerLines, counts.ConnectionLines, counts.HealthCheckLines));
        Assert.Equal(["a.log:4"], counts.UnreadablePlaces);
        Assert.Equal([new StatusCount(200, 200, 1)], counts.Statuses);
        var check = Assert.Single(_consumer.HealthChecks);
        Assert.Equal((false, "TargetError", "group", _consumer.Requests[0].Target), (check.IsPassed, check.Reason, check.TargetGroupName, check.Target));
        var connection = Assert.Single(_consumer.Connections);
        Assert.Equal((LoggedConnection.KeyOf("TID_0a"), 337, _consumer.Requests[0].Node), (connection.TraceKey, connection.HandshakeMilliseconds, connection.Node));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public void Run_TextInAnyPieces_IsTheSame(int pieceBytes)
    {
        int lines = pieceBytes == 1 ? 1500 : 4000;
        string text = string.Concat(Enumerable.Range(0, lines).Select(i => LogLines.At(i * 0.01, fails: i % 100 == 99)));

        var counts = Run(new MemoryText("a.log", text, pieceBytes));

        Assert.Equal((lines, lines / 100, 0L), (counts.Requests, counts.BalancerErrors, counts.UnreadableLines));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), counts.Bytes);
        Assert.Equal(Enumerable.Range(1, lines / 100).Select(i => i * 100L), _consumer.Details.Select(detail => detail.LineNumber));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_OnAnyNumberOfThreads_GivesTheSameOrder(int workers)
    {
        var texts = Enumerable.Range(0, 12).Select(file => Text(
            string.Concat(Enumerable.Range(0, 400).Select(i => LogLines.At((file * 300) + (i * 0.7), node: $"10.0.0.{i % 3}")))));

        Run(new LogReadingOptions { Workers = workers }, [.. texts]);

        Assert.Equal(4800, _consumer.Requests.Count);
        foreach (var node in _consumer.Requests.GroupBy(request => request.Node))
            Assert.Equal(node.Select(request => request.CompletedMicroseconds).Order(), node.Select(request => request.CompletedMicroseconds));
    }

    // As many as docs/diagnose.schema.json allows.
    [Fact]
    public void Run_ManyUnreadableLines_NamesTheFirst() => Assert.Equal(
        Enumerable.Range(1, 10).Select(static line => $"a.log:{line}"),
        Run(Text(string.Concat(Enumerable.Repeat("nonsense\n", 25)))).UnreadablePlaces);

    [Theory]
    [InlineData(70_000)]
    [InlineData(600_000)]
    [InlineData(1_500_000)]
    public void Run_LineTooLong_IsCountedAndPassedOver(int bytes)
    {
        var counts = Run(Text(LogLines.At(1) + new string('x', bytes) + "\n" + LogLines.At(2) + "nonsense\n"));

        Assert.Equal((2L, 2L, 4L), (counts.Requests, counts.UnreadableLines, counts.Lines));
        Assert.Equal(["a.log:2", "a.log:4"], counts.UnreadablePlaces);
    }

    [Fact]
    public void Run_NothingButOneEndlessLine_IsOneUnreadableLine()
    {
        var counts = Run(Text(new string('x', 2_000_000)));

        Assert.Equal((0L, 1L, 1L), (counts.Requests, counts.UnreadableLines, counts.Lines));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(290)]
    [InlineData(350)]
    [InlineData(480)]
    public void Run_LastLineCut_IsUnreadableEvenWhereItLooksLikeAnOlderLayout(int keptBytes)
    {
        string last = LogLines.At(2);
        var counts = Run(Text(LogLines.At(1) + last[..Math.Min(keptBytes, last.Length - 30)]));

        Assert.Equal((1L, 1L), (counts.Requests, counts.UnreadableLines));
    }

    [Fact]
    public void Run_LastLineWithoutItsEnd_IsRead() => Assert.Equal(2, Run(Text((LogLines.At(1) + LogLines.At(2)).TrimEnd())).Requests);

    [Fact]
    public void Run_TextsThatBreakOff_StopNothing()
    {
        var counts = Run(
            new MemoryText("gone.log", "") { Fault = "gone.log is gone" },
            new MemoryText("cut.log", LogLines.At(1)) { Damage = "cut.log is cut" },
            new MemoryText("broken.log", LogLines.At(2)) { Fault = "broken.log broke" },
            Text(LogLines.At(3)));

        Assert.Equal(3, counts.Requests);
        Assert.Equal(["gone.log is gone", "cut.log is cut", "broken.log broke"], counts.DamagedFiles);
    }

    [Fact]
    public void Run_DamageWithinAText_SaysWhichLinesAreLostAndGoesOn()
    {
        var counts = Run(
            new MemoryText("one.log", LogLines.At(1) + "\u0001\u0002\n") { Damage = "one.log is damaged" },
            new MemoryText("two.log", LogLines.At(2) + "\u0001\n\u0002\n" + LogLines.At(3)) { Damage = "two.log is damaged" },
            Text(LogLines.At(4) + "no damage, and no line\n"));

        Assert.Equal((4L, 4L), (counts.Requests, counts.UnreadableLines));
        Assert.Equal(
            ["one.log is damaged; its line 2 could not be read", "two.log is damaged; 2 of its lines could not be read, the first is line 2"],
            counts.DamagedFiles);
    }

    [Fact]
    public void Run_MoreTargetsThanAreToldApart_FoldsTheRest()
    {
        const int targets = LogPipelineLimits.Targets + 50;
        string text = string.Concat(Enumerable.Range(0, targets).Select(
            i => LogLines.At(i * 0.01, target: string.Create(CultureInfo.InvariantCulture, $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:80"))));

        var counts = Run(new LogReadingOptions { Workers = 1 }, Text(text));

        Assert.Equal((targets, 50L), (counts.Requests, counts.FoldedLines));
        Assert.Equal(LogPipelineLimits.Targets + 1, _reading!.Names.Targets.Count);
        Assert.Equal(50, _consumer.Requests.Count(request => _reading.Names.Targets[request.Target] == NameTable.Others));
    }

    [Fact]
    public void Run_SamplesOfASmallLogAskedFor_AllGoodRequestsHaveDetails()
    {
        string text = string.Concat(Enumerable.Range(0, LogPipelineLimits.SamplesPerLevel).Select(i => LogLines.At(i * 0.01)));

        Run(new LogReadingOptions { SampleGoodRequests = true, Workers = 1 }, Text(text));
        Assert.Equal(LogPipelineLimits.SamplesPerLevel, _consumer.Details.Count);

        _consumer.Details.Clear();
        Run(Text(text));
        Assert.Empty(_consumer.Details);
    }

    [Fact]
    public void Run_SamplesOfALargeLog_AreFewAndTheSameOnAnyNumberOfThreads()
    {
        const int lines = 62_000;
        var texts = Enumerable.Range(0, 4).Select(file => Text(
            string.Concat(Enumerable.Range(0, lines / 4).Select(i => LogLines.At(((file * lines / 4) + i) * 0.0137, url: $"http://h:80/{i % 7}"))))).ToArray();
        List<string?>[] samples = [.. new[] { 1, 3 }.Select(workers =>
        {
            _consumer.Details.Clear();
            Run(new LogReadingOptions { SampleGoodRequests = true, Workers = workers }, texts);
            return _consumer.Details.ConvertAll(static detail => detail.TraceId);
        })];

        Assert.Equal(samples[0], samples[1]);
        // Every doubling of the lines read gives a level's worth.
        Assert.InRange(samples[0].Count, 9_000, 11_000);
    }

    [Fact]
    public void Run_ConsumerThrows_ComesOut()
    {
        var reading = new LogReading([Text(LogLines.At(1))], new LogReadingOptions());

        Assert.Throws<NotSupportedException>(() => reading.Run(new ThrowingConsumer(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => new LogReading([Text(LogLines.At(1))], new LogReadingOptions()).Run(_consumer, cancellation.Token));
    }

    [Fact]
    public void Progress_AtTheEnd_IsEverything()
    {
        string text = LogLines.At(1) + LogLines.At(2);
        Run(Text(text), Text(text));

        var progress = _reading!.Progress;
        Assert.Equal((text.Length * 2L, (long?)text.Length * 2, 4L), (progress.StoredBytes, progress.TotalStoredBytes, progress.Lines));
    }

    [Fact]
    public void Progress_HalfWay_LeavesAsMuchTime()
    {
        var progress = new LogProgress(StoredBytes: 50, TotalStoredBytes: 100, Lines: 30, TimeSpan.FromSeconds(10));

        Assert.Equal((TimeSpan.FromSeconds(10), 3.0, 5.0), (progress.TimeLeft, progress.LinesPerSecond, progress.BytesPerSecond));
        Assert.Null((progress with { TotalStoredBytes = null }).TimeLeft);
        Assert.Null((progress with { Elapsed = TimeSpan.Zero }).TimeLeft);
    }

    private static MemoryText Text(string text) => new("a.log", text);

    private static double SecondsOf(LoggedRequest request) =>
        (request.CompletedMicroseconds - (LogLines.Begin.ToUnixTimeMilliseconds() * 1000)) / 1e6;

    private LogCounts Run(params ILogText[] texts) => Run(new LogReadingOptions(), texts);

    private LogCounts Run(LogReadingOptions options, params ILogText[] texts)
    {
        _reading = new LogReading(texts, options);
        return _reading.Run(_consumer, TestContext.Current.CancellationToken);
    }

    private sealed class ThrowingConsumer : ILoggedRequestConsumer
    {
        public void Accept(in LoggedRequest request, RequestDetail? detail) => throw new NotSupportedException();
    }
}
