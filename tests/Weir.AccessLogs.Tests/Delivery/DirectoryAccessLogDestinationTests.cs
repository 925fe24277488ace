using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;

namespace Weir.AccessLogs.Tests.Delivery;

public partial class DirectoryAccessLogDestinationTests : DeliveryTest
{
    [Fact]
    public void Complete_IntervalOver_DeliversOneFileInAlbsLayout()
    {
        using var writer = CreateWriter(Folder.Path + "/");
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        buffer.Flush();
        writer.RunOnce();
        Assert.Empty(Delivered());

        Time.Advance(TimeSpan.FromMinutes(3) + AccessLogLimits.IntervalGrace);
        writer.RunOnce();

        string path = Assert.Single(Delivered());
        Assert.Matches(DocumentedKey(), path);
        Assert.Equal([1], NumbersInGzip(path));
        Assert.Empty(Unfinished());
        Assert.Equal(1, writer.WrittenLines);
    }

    [Fact]
    public void Complete_ConnectionLog_DeliversFilesWithItsPrefix()
    {
        using var writer = CreateWriter(Folder.Path);
        var buffer = writer.CreateBuffer(new AccessLogSource
        {
            AccountId = Source.AccountId,
            Region = Source.Region,
            LoadBalancerName = Source.LoadBalancerName,
            LoadBalancerId = Source.LoadBalancerId,
            NodeAddress = Source.NodeAddress,
            FilePrefix = AccessLogSource.ConnectionLogPrefix,
        });
        Assert.True(buffer.Append(new ConnectionLogRecord { TimeUnixMicroseconds = Time.UnixMicroseconds, ListenerPort = 443 }));
        buffer.Flush();
        writer.Stop(TimeSpan.FromMinutes(1));

        string path = Assert.Single(Delivered());
        Assert.StartsWith(
            "conn_log_123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef_20220215T2340Z_172.160.1.192_",
            Path.GetFileName(path),
            StringComparison.Ordinal);
        Assert.Equal(1, writer.WrittenLines);
    }

    [Fact]
    public void Write_LinesAcrossTheBoundary_GoWhereTheirOwnTimeSays()
    {
        using var writer = CreateWriter(Folder.Path);
        var buffer = writer.CreateBuffer(Source);
        long boundary = Microseconds(new DateTime(2022, 2, 15, 23, 40, 0, DateTimeKind.Utc));
        long midnight = Microseconds(new DateTime(2022, 2, 16, 0, 0, 0, DateTimeKind.Utc));
        Append(buffer, 1, boundary - 1);
        Append(buffer, 2, boundary);
        Append(buffer, 3, boundary - 2);
        Append(buffer, 4, midnight - 1);
        Append(buffer, 5, midnight);
        buffer.Flush();
        writer.Stop(TimeSpan.FromMinutes(1));

        var files = Delivered().Select(path => (Key: path.Split("/us-east-2/")[1], Numbers: NumbersInGzip(path))).ToList();
        Assert.Equal(4, files.Count);
        Assert.Equal([1, 3], Only("2022/02/15/", "_20220215T2340Z_"));
        Assert.Equal([2], Only("2022/02/15/", "_20220215T2345Z_"));
        Assert.Equal([4], Only("2022/02/16/", "_20220216T0000Z_"));
        Assert.Equal([5], Only("2022/02/16/", "_20220216T0005Z_"));

        List<int> Only(string folder, string end) => Assert.Single(
            files,
            file => file.Key.StartsWith(folder, StringComparison.Ordinal) && file.Key.Contains(end, StringComparison.Ordinal))
            .Numbers;
    }

    [Fact]
    public void Write_LateLineWithinTheGrace_JoinsItsInterval()
    {
        using var writer = CreateWriter(Folder.Path);
        var buffer = writer.CreateBuffer(Source);
        long time = Time.UnixMicroseconds;
        Append(buffer, 1, time);
        buffer.Flush();
        writer.RunOnce();
        Time.Advance(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(9));
        Append(buffer, 2, time);
        buffer.Flush();
        writer.RunOnce();
        Time.Advance(TimeSpan.FromSeconds(1));
        writer.RunOnce();
        Assert.Equal([1, 2], NumbersInGzip(Assert.Single(Delivered())));

        Append(buffer, 3, time);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal(2, Delivered().Count);
        Assert.Equal([1, 2, 3], Delivered().SelectMany(NumbersInGzip).Order());
    }

    [Fact]
    public void Write_TwoLoadBalancersOnTwoLoops_HaveAFileEach()
    {
        var other = new AccessLogSource
        {
            AccountId = Source.AccountId,
            Region = Source.Region,
            LoadBalancerName = "other",
            LoadBalancerId = "fedcba0987654321",
            NodeAddress = IPAddress.IPv6Loopback,
        };
        using var writer = CreateWriter(Folder.Path);
        AccessLogBuffer[] buffers =
            [writer.CreateBuffer(Source), writer.CreateBuffer(other), writer.CreateBuffer(Source), writer.CreateBuffer(other)];
        for (int i = 0; i < buffers.Length; i++)
        {
            Append(buffers[i], i);
            buffers[i].Flush();
        }

        writer.Stop(TimeSpan.FromMinutes(1));

        Assert.Equal(2, Delivered().Count);
        Assert.Equal([0, 2], NumbersInGzip(Delivered().Single(static path => path.Contains("_app.my-", StringComparison.Ordinal))));
        Assert.Equal([1, 3], NumbersInGzip(Delivered().Single(
            static path => path.Contains("_app.other.fedcba0987654321_20220215T2340Z_::1_", StringComparison.Ordinal))));
    }

    [Fact]
    public void Write_StagedLines_AreReadableInTheTemporaryFileAfterTheirTime()
    {
        using var writer = CreateWriter(Folder.Path);
        var buffer = writer.CreateBuffer(Source);
        for (int member = 1; member <= 3; member++)
        {
            Append(buffer, member);
            buffer.Flush();
            writer.RunOnce();
            Assert.Equal(member - 1, writer.WrittenLines);
            Time.Advance(AccessLogLimits.StagedFor);
            writer.RunOnce();
            Assert.Equal(member, writer.WrittenLines);
        }

        Assert.Equal([1, 2, 3], NumbersInGzip(Assert.Single(Unfinished())));
    }

    [Fact]
    public void Run_ManyLines_DeliversAllOfThemByItself()
    {
        const int Lines = 5_000;
        using var writer = CreateWriter(Folder.Path);
        writer.Start();
        var buffer = writer.CreateBuffer(Source);
        AppendMany(buffer, 0, Lines);
        buffer.Flush();
        Assert.True(writer.Stop(TimeSpan.FromMinutes(1)));

        // The records are years older than the clock: every part of them is delivered as soon as it is there.
        Assert.Equal(Enumerable.Range(0, Lines), Delivered().SelectMany(NumbersInGzip).Order());
        Assert.Empty(Unfinished());
        Assert.Equal(Lines, writer.WrittenLines);
    }

    [Fact]
    public void Run_OnlyTheClockMoves_WakesAndDelivers()
    {
        using var delivered = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(Folder.Path, "*.log.gz") { IncludeSubdirectories = true };
        using var writer = new AccessLogWriter(
            new DirectoryAccessLogDestination(Folder.Path, Time), Options());
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        buffer.Flush();
        // The first pass arms the timer; the thread is left with nothing but that to wake it.
        writer.RunOnce();
        watcher.Renamed += (_, _) => delivered.Set();
        Directory.CreateDirectory(Folder.File("AWSLogs/123456789012/elasticloadbalancing/us-east-2/2022/02/15"));
        watcher.EnableRaisingEvents = true;
        writer.Start();
        Time.Advance(TimeSpan.FromMinutes(4));

        Assert.True(delivered.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Equal([1], NumbersInGzip(Assert.Single(Delivered())));
    }

    [Fact]
    public void Write_FolderCannotBeMade_LosesAndReportsUntilItCan()
    {
        string root = Folder.File("logs");
        File.WriteAllBytes(root, []);
        using var writer = CreateWriter(root + "/");
        var buffer = writer.CreateBuffer(Source);
        Assert.Contains(root, writer.Check(), StringComparison.Ordinal);
        Append(buffer, 1);
        buffer.Flush();
        writer.RunOnce();
        Time.Advance(AccessLogLimits.StagedFor);
        writer.RunOnce();
        Assert.Equal((0, 1), (writer.WrittenLines, writer.LostLines));

        File.Delete(root);
        Append(buffer, 2);
        buffer.Flush();
        writer.Stop(TimeSpan.FromMinutes(1));

        Assert.Equal([2], NumbersInGzip(Assert.Single(Delivered())));
        Assert.Equal((1, 1), (writer.WrittenLines, writer.LostLines));
        Assert.Equal(2, Reports.Count);
    }

    [Fact]
    public void Write_DiskFull_DeliversWhatFittedAsAWholeFile()
    {
        using var disk = SmallDisk.TryMount(kilobytes: 256);
        string root = disk?.Path ?? Folder.Path;
        using var writer = CreateWriter(root);
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        AdvanceToStaged();
        disk?.FillExcept(0);
        for (int number = 1_000; number < 3_000; number++)
            Append(buffer, number);
        AdvanceToStaged();
        disk?.Free();
        Append(buffer, 3_000);
        buffer.Flush();
        writer.Stop(TimeSpan.FromMinutes(1));

        var numbers = NumbersInGzip(Assert.Single(Delivered(root)));
        Assert.Equal(1, numbers[0]);
        Assert.Equal(3_000, numbers[^1]);
        Assert.Equal((numbers.Count, 2_002 - numbers.Count), (writer.WrittenLines, writer.LostLines));
        Assert.Equal(disk is not null, writer.LostLines > 0);

        void AdvanceToStaged()
        {
            buffer.Flush();
            writer.RunOnce();
            Time.Advance(AccessLogLimits.StagedFor);
            writer.RunOnce();
        }
    }

    private static long Microseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private List<string> Delivered() => Delivered(Folder.Path);

    private static List<string> Delivered(string root) =>
        [.. Directory.EnumerateFiles(root, "*.log.gz", SearchOption.AllDirectories).Order()];

    private List<string> Unfinished() =>
        [.. Directory.EnumerateFiles(Folder.Path, "*.part", SearchOption.AllDirectories)];

    private static List<int> NumbersInGzip(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return Numbers(text.ToArray());
    }

    // Source: ALB user guide, access log files (the example there pads the address with zeros; delivered files do not)
    [GeneratedRegex("/AWSLogs/123456789012/elasticloadbalancing/us-east-2/2022/02/15/123456789012_elasticloadbalancing_"
        + "us-east-2_app\\.my-loadbalancer\\.1234567890abcdef_20220215T2340Z_172\\.160\\.1\\.192_[a-z0-9]{8}\\.log\\.gz$")]
    private static partial Regex DocumentedKey();
}
