using System.Text;
using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Tests.Sources;

public sealed class LogSourceSetTests
{
    private const string Stem = "123456789012_elasticloadbalancing_eu-west-1_app.shop.0123456789abcdef";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<LogSourceSet> Open(params string[] paths) => LogSourceSet.OpenAsync(paths, new LogSourceOptions(), Cancellation);

    private static string[] NamesOf(LogSourceSet set, TemporaryFolder folder) =>
        [.. set.Objects.Select(item => Path.GetRelativePath(folder.Root, item.Name).Replace('\\', '/'))];

    private static async Task<string> TextOf(LogObject item)
    {
        await using LogStream stream = await item.OpenAsync(Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    [Fact]
    public async Task File_Plain_IsReadUnderThePathGiven()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.log", "one\n");
        using LogSourceSet set = await Open(path);

        LogObject item = Assert.Single(set.Objects);
        Assert.Equal((path, 4L), (item.Name, item.SizeBytes));
        Assert.Equal("one\n", await TextOf(item));
        Assert.Empty(set.Problems);
        Assert.Equal(4, set.TotalBytes);
    }

    [Fact]
    public async Task Folder_Nested_GivesAllFilesButHiddenOnes()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["x.log", "2026/11/23/y.log", ".hidden", ".git/z.log", "ELBAccessLogTestFile", "empty"]) folder.Write(name, name == "empty" ? "" : "x");
        using LogSourceSet set = await Open(folder.Root);

        Assert.Equal(["2026/11/23/y.log", "ELBAccessLogTestFile", "empty", "x.log"], NamesOf(set, folder).Order(StringComparer.Ordinal));
        Assert.Empty(set.Problems);
    }

    [Theory]
    [InlineData("*.log", "a.log b.log")]
    [InlineData("**/*.log", "a.log b.log d/c.log d/e/f.log")]
    [InlineData("d/**/*.log", "d/c.log d/e/f.log")]
    [InlineData("d/**", "d/c.log d/e/f.log d/e/g.txt")]
    [InlineData("d/*", "d/c.log d/e/f.log d/e/g.txt")]
    [InlineData("[bc].log", "b.log")]
    [InlineData("*/e/?.log", "d/e/f.log")]
    public async Task Pattern_Given_FindsWhatAShellWould(string pattern, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a.log", "b.log", "d/c.log", "d/e/f.log", "d/e/g.txt"]) folder.Write(name, "x");
        using LogSourceSet set = await Open(folder.PathOf(pattern));

        Assert.Equal(expected.Split(' '), NamesOf(set, folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task File_WhoseNameLooksLikeAPattern_IsThatFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1.log", "x");
        using LogSourceSet set = await Open(folder.Write("[1].log", "x"));
        Assert.Equal(["[1].log"], NamesOf(set, folder));
    }

    [Fact]
    public async Task File_ReachedInSeveralWays_IsReadOnce()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("real/a.log", "x");
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("real"));
        File.CreateSymbolicLink(folder.PathOf("b.log"), Path.Combine("link", "a.log"));
        using LogSourceSet set = await Open(path, folder.PathOf("real/../real/a.log"), folder.Root, folder.PathOf("**/*.log"), folder.PathOf("b.log"));

        Assert.Equal(["real/a.log"], NamesOf(set, folder));
        Assert.Empty(set.Problems);
    }

    [Fact]
    public async Task File_ThatLiesThereCompressedAsWell_IsReadOnceAndToldOf()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a.log.gz", "a.log", "a.log.zst", "b.log.gz", "c/a.log.gz"]) folder.Write(name, "x");
        using LogSourceSet set = await Open(folder.Root, folder.PathOf("a.log.gz"));

        Assert.Equal(["a.log", "b.log.gz", "c/a.log.gz"], NamesOf(set, folder).Order(StringComparer.Ordinal));
        Assert.Equal(["a.log.gz", "a.log.zst"], set.Copies.Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Folder_ThatLinksToItself_IsReadOnce()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/x.log", "x");
        Directory.CreateSymbolicLink(folder.PathOf("a/back"), folder.Root);
        using LogSourceSet set = await Open(folder.Root, folder.PathOf("**/x.log"));
        Assert.Equal(["a/x.log"], NamesOf(set, folder));
    }

    [Fact]
    public async Task Objects_OfSeveralNodes_ComeByNodeTimeAndName()
    {
        using var folder = new TemporaryFolder();
        string[] names =
        [
            $"{Stem}_20261124T0005Z_10.0.0.1_bbbbbbbb.log.gz", $"{Stem}_20261124T0010Z_10.0.0.1_aaaaaaaa.log.gz",
            $"{Stem}_20261124T0010Z_10.0.0.1_cccccccc.log.gz", $"{Stem}_20261124T0000Z_10.0.0.2_aaaaaaaa.log.gz",
        ];
        foreach (string name in names.Reverse()) folder.Write(name, "x");
        using LogSourceSet set = await Open(folder.Root);

        Assert.Equal(names, NamesOf(set, folder));
        Assert.Equal("10.0.0.1", set.Objects[0].NodeAddress);
        Assert.Equal("app/shop/0123456789abcdef", set.Objects[0].LoadBalancer);
    }

    [Fact]
    public async Task Period_Given_LeavesOutFilesOfOtherTimesButNoneInDoubt()
    {
        using var folder = new TemporaryFolder();
        string[] ends = ["20261123T2255Z", "20261123T2305Z", "20261124T0100Z", "20261124T0300Z", "20261124T0305Z"];
        foreach (string end in ends) folder.Write($"{Stem}_{end}_10.0.0.1_aaaaaaaa.log.gz", "x");
        folder.Write("other.log", "x");
        var options = new LogSourceOptions
        {
            From = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero),
            To = new DateTimeOffset(2026, 11, 24, 4, 0, 0, TimeSpan.FromHours(2)),
        };
        using LogSourceSet set = await LogSourceSet.OpenAsync([folder.Root], options, Cancellation);

        Assert.Equal(["other.log", .. ends[1..4].Select(static end => $"{Stem}_{end}_10.0.0.1_aaaaaaaa.log.gz")], NamesOf(set, folder));
        Assert.Equal(2, set.OutsidePeriod);
    }

    [Fact]
    public async Task StandardInput_Given_IsReadOnce()
    {
        var options = new LogSourceOptions { StandardInput = static () => new MemoryStream(Encoding.UTF8.GetBytes("from a pipe\n")) };
        using LogSourceSet set = await LogSourceSet.OpenAsync(["-", "-"], options, Cancellation);

        LogObject item = Assert.Single(set.Objects);
        Assert.Equal(("standard input", (long?)null), (item.Name, item.SizeBytes));
        Assert.Null(set.TotalBytes);
        Assert.Equal("from a pipe\n", await TextOf(item));
        Assert.Contains("once", (await Assert.ThrowsAsync<SourceException>(async () => await item.OpenAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_ThatGiveNothing_AreAllNamedWithWhatIsAllowed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.PathOf("empty"));
        string[] paths = [folder.PathOf("none.log"), folder.PathOf("*.gz"), folder.PathOf("empty"), folder.PathOf("no/such/**/x"), "s3://"];
        using LogSourceSet set = await Open(paths);

        Assert.Empty(set.Objects);
        Assert.Equal(paths, set.Problems.Select(static problem => problem.Path));
        Assert.All(set.Problems, static problem => Assert.Contains(problem.Path, problem.Sentence, StringComparison.Ordinal));
        Assert.StartsWith("there is no ", set.Problems[0].Sentence, StringComparison.Ordinal);
        Assert.Contains("s3://bucket/prefix", set.Problems[1].Sentence, StringComparison.Ordinal);
        Assert.EndsWith("is a folder without a file in it", set.Problems[2].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatCannotBeOpened_IsAProblem()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("locked.log", "x");
        using FileStream holder = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using LogSourceSet set = await Open(path, folder.Root);

        Assert.All(set.Problems, problem => Assert.StartsWith($"cannot read {path}: ", problem.Sentence, StringComparison.Ordinal));
        Assert.NotEmpty(set.Problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("**/*.log")]
    [InlineData("*/*.log")]
    public async Task File_OfAFolderThatCannotBeOpened_IsNamedAndTheOthersAreFound(string pattern)
    {
        using var folder = new TemporaryFolder();
        string locked = folder.Write("in/locked.log", "x");
        folder.Write("in/good.log", "x");
        folder.Write("more/good.log", "x");
        using FileStream holder = new(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using LogSourceSet set = await Open(folder.PathOf(pattern));

        Assert.Empty(set.Problems);
        Assert.Equal(["in/good.log", "more/good.log"], NamesOf(set, folder).Order(StringComparer.Ordinal));
        Assert.StartsWith($"cannot read {locked}: ", Assert.Single(set.Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_OfAFolderThatCannotBeOpened_IsNamedAndTheOthersAreFound()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "whoever may read everything is kept out of no folder");
        using var folder = new TemporaryFolder();
        string locked = Path.GetDirectoryName(folder.Write("in/locked/a.log", "x"))!;
        folder.Write("in/good.log", "x");
        UnixFileMode mode = File.GetUnixFileMode(locked);
        File.SetUnixFileMode(locked, UnixFileMode.None);
        try
        {
            using LogSourceSet set = await Open(folder.Root);
            Assert.Equal(["in/good.log"], NamesOf(set, folder));
            Assert.Equal([$"cannot read {locked}: this user may not read it"], set.Unreadable);
        }
        finally
        {
            File.SetUnixFileMode(locked, mode);
        }
    }

    [Fact]
    public async Task File_ThatGoesAway_SaysSoWhenItIsOpened()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.log", "x");
        using LogSourceSet set = await Open(path);
        File.Delete(path);

        SourceException problem = await Assert.ThrowsAsync<SourceException>(async () => await set.Objects[0].OpenAsync(Cancellation));
        Assert.Equal($"cannot read {path}: it is not there any more", problem.Message);
    }
}
