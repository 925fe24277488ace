namespace Weir.AccessLogs.Tests.Delivery;

public class FileAccessLogDestinationTests : DeliveryTest
{
    [Fact]
    public void Write_ExistingFile_IsAppendedTo()
    {
        string path = Folder.File("access.log");
        foreach (int number in new[] { 1, 2 })
        {
            using var writer = CreateWriter(path);
            var buffer = writer.CreateBuffer(Source);
            Append(buffer, number);
            buffer.Flush();
        }

        Assert.Equal([1, 2], NumbersIn(path));
    }

    [Fact]
    public void Write_FileThatAKilledProcessLeftInsideALine_BeginsALineOfItsOwn()
    {
        string path = Folder.File("access.log");
        File.WriteAllText(path, "http 2018-07-02T22:2");
        using (var writer = CreateWriter(path))
        {
            var buffer = writer.CreateBuffer(Source);
            Append(buffer, 1);
            buffer.Flush();
        }

        var text = File.ReadAllBytes(path);
        Assert.Equal("http 2018-07-02T22:2\n"u8, text.AsSpan(0, 21));
        Assert.Equal([1], Numbers(text[21..]));
    }

    [Fact]
    public void Reopen_FileMovedAway_WritesToANewFileOfThatName()
    {
        string path = Folder.File("access.log");
        using var writer = CreateWriter(path);
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        buffer.Flush();
        writer.RunOnce();

        File.Move(path, path + ".1");
        Append(buffer, 2);
        buffer.Flush();
        writer.RunOnce();
        writer.Reopen();
        writer.RunOnce();
        Assert.Empty(NumbersIn(path));
        Append(buffer, 3);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal([1, 2], NumbersIn(path + ".1"));
        Assert.Equal([3], NumbersIn(path));
    }

    [Fact]
    public void Write_FileEmptiedByCopytruncate_GoesOnAtItsStart()
    {
        string path = Folder.File("access.log");
        using var writer = CreateWriter(path);
        var buffer = writer.CreateBuffer(Source);
        Append(buffer, 1);
        buffer.Flush();
        writer.RunOnce();
        File.WriteAllBytes(path, []);
        Append(buffer, 2);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal([2], NumbersIn(path));
    }

    [Fact]
    public void Write_FolderMissing_LosesAndReportsUntilItIsThere()
    {
        string path = Folder.File("later/access.log");
        using var writer = CreateWriter(path);
        var buffer = writer.CreateBuffer(Source);
        Assert.Contains(path, writer.Check(), StringComparison.Ordinal);
        Append(buffer, 1);
        Append(buffer, 2);
        buffer.Flush();
        writer.RunOnce();
        Assert.Equal((0, 2), (writer.WrittenLines, writer.LostLines));
        Assert.True(writer.LostBytes > 500);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Append(buffer, 3);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal([3], NumbersIn(path));
        Assert.Equal((1, 2), (writer.WrittenLines, writer.LostLines));
        Assert.Collection(
            Reports,
            report => Assert.Contains(path, report, StringComparison.Ordinal),
            report => Assert.Contains("writing again; 2 lines", report, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_KeepsFailing_IsReportedOnceAMinute()
    {
        using var writer = CreateWriter("/dev/full");
        var buffer = writer.CreateBuffer(Source);
        for (int second = 0; second < 121; second++)
        {
            Append(buffer, second);
            buffer.Flush();
            writer.RunOnce();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(121, writer.LostLines);
        Assert.Equal(3, Reports.Count);
        Assert.All(Reports, report => Assert.Contains("/dev/full", report, StringComparison.Ordinal));
        Assert.Contains("; 61 lines (", Reports[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_DiskFull_KeepsWholeLinesAndResumesWhenThereIsRoom()
    {
        using var disk = SmallDisk.TryMount(kilobytes: 256);
        if (disk is null)
        {
            AssertFullDeviceLosesEverything();
            return;
        }

        string path = disk.File("access.log");
        using var writer = CreateWriter(path);
        var buffer = writer.CreateBuffer(Source);
        Assert.Null(writer.Check());
        disk.FillExcept(2 * 4096);
        AppendMany(buffer, 0, 100);
        buffer.Flush();
        writer.RunOnce();
        var first = NumbersIn(path);
        Assert.InRange(first.Count, 1, 99);
        Assert.Equal((first.Count, 100 - first.Count), (writer.WrittenLines, writer.LostLines));

        AppendMany(buffer, 100, 100);
        buffer.Flush();
        writer.RunOnce();
        disk.Free();
        AppendMany(buffer, 200, 100);
        buffer.Flush();
        writer.RunOnce();

        var all = NumbersIn(path);
        Assert.Equal(Enumerable.Range(0, first.Count), first);
        Assert.Equal(all.Order(), all);
        Assert.Equal(Enumerable.Range(200, 100), all.TakeLast(100));
        Assert.Equal((all.Count, 300 - all.Count), (writer.WrittenLines, writer.LostLines));
        Assert.Equal(2, Reports.Count);
    }

    // What is left of the test where no file system can be mounted.
    private void AssertFullDeviceLosesEverything()
    {
        using var writer = CreateWriter("/dev/full");
        var buffer = writer.CreateBuffer(Source);
        AppendMany(buffer, 0, 100);
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal((0, 100), (writer.WrittenLines, writer.LostLines));
        Assert.Single(Reports);
    }

    [Fact]
    public void Lines_ThatAreReady_GoTheSameWayUnderTheWritersName()
    {
        string path = Folder.File("explain.log");
        using var writer = AccessLogWriter.CreateUndivided(
            path, new AccessLogWriterOptions { Name = "explain log", Time = Time, Chunks = 1, Report = Reports.Add });
        var buffer = writer.CreateBuffer();
        byte[] line = [.. Enumerable.Repeat((byte)'x', 40_000), (byte)'\n'];
        Assert.True(buffer.Append(line, Time.UnixMicroseconds));
        Assert.False(buffer.Append(line, Time.UnixMicroseconds));
        Assert.Equal(1, writer.DroppedLines);
        writer.RunOnce();
        Assert.True(buffer.Append(line, Time.UnixMicroseconds));
        buffer.Flush();
        writer.RunOnce();

        Assert.Equal([.. line, .. line], File.ReadAllBytes(path));
        Assert.Equal("explain log: the destination is too slow; 1 lines dropped so far", Assert.Single(Reports));
    }

    [Fact]
    public void Check_OfAnUndividedWriterOnAFolder_SaysWhatIsWrong()
    {
        string folder = Path.GetDirectoryName(Folder.File("x"))!;
        using var writer = AccessLogWriter.CreateUndivided(folder, new AccessLogWriterOptions { Name = "explain log" });
        Assert.StartsWith($"explain log {folder}: ", writer.Check(), StringComparison.Ordinal);
    }
}
