using System.IO.Compression;

namespace Weir.EndToEnd.Tests;

public sealed class AccessLogTests
{
    [Fact]
    public async Task StandardOutput_AsTheLog_HoldsNothingButLines()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--access-log", "-");
        for (int i = 0; i < 3; i++)
        {
            await RawClient.Ask(weir.Port, RawClient.Get($"/{i}"));
        }

        Assert.Equal(0, await weir.StopAsync());
        Assert.Equal(3, weir.Output.Length);
        Assert.All(weir.Output, static line => Assert.Equal(LogLine.FieldCount, LogLine.Parse(line).Count));
        Assert.Empty(weir.Unreadable);
    }

    [Fact]
    public async Task Folder_AsTheLog_GetsGzipFilesInAlbsLayout()
    {
        using RawTarget target = RawTarget.Answering("ok");
        using var folder = new TempFolder();
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--access-log", folder.PathOf("logs") + "/");
        await RawClient.Ask(weir.Port, RawClient.Get());
        Assert.Equal(0, await weir.StopAsync());

        string file = Assert.Single(Directory.GetFiles(folder.PathOf("logs"), "*.gz", SearchOption.AllDirectories));
        Assert.Matches(
            @"^AWSLogs/\d{12}/elasticloadbalancing/us-east-1/\d{4}/\d\d/\d\d/\d{12}_elasticloadbalancing_us-east-1_app\.weir\.[0-9a-f]{16}"
            + @"_\d{8}T\d{4}Z_[\d.]+_[a-z0-9]{8}\.log\.gz$",
            Path.GetRelativePath(folder.PathOf("logs"), file));
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        string[] lines = (await reader.ReadToEndAsync(Deadline.Token())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(LogLine.FieldCount, LogLine.Parse(Assert.Single(lines)).Count);
    }

    [Fact]
    public async Task FullDisk_UnderTheLog_LosesWholeLinesCountsThemAndServesOn()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount a small file system");
        using var folder = new TempFolder();
        using var disk = await SmallDisk.MountAsync(folder, bytes: 64 * 1024);
        Assert.SkipWhen(disk is null, "this machine does not let root mount a file system");
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--access-log", Path.Combine(disk!.Path, "access.log"));
        const int Requests = 400;
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 0; i < Requests; i++)
        {
            await client.Send(RawClient.Get($"/{i}"));
            Assert.Equal(200, (await client.ReadResponse()).StatusCode);
        }

        client.Dispose();
        Metrics metrics = await weir.ReadMetrics();
        await Deadline.Until(
            async () =>
            {
                metrics = await weir.ReadMetrics();
                return metrics["weir_access_log_written_lines_total"] + metrics["weir_access_log_lost_lines_total"]
                    + metrics["weir_access_log_dropped_lines_total"] == Requests;
            },
            "every line is either written or counted as lost");
        Assert.InRange(metrics["weir_access_log_lost_lines_total"], 1, Requests);
        await Deadline.Until(
            () => weir.Events("access-log").Any(static message => message.GetProperty("level").GetString() == "warning"), "it says that lines are lost");
        // Not earlier: a line that fits in part is there until the writer has cut it off again.
        LogLine[] lines = LogLine.ReadAll(Path.Combine(disk.Path, "access.log"));
        Assert.All(lines, static line => Assert.Equal(LogLine.FieldCount, line.Count));
        Assert.Equal(lines.Length, metrics["weir_access_log_written_lines_total"]);
        await weir.StopAsync();
    }
}
