using System.IO.Compression;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>What was not read must not look like a log without errors: to a reader, and to a script that looks at the exit code.</summary>
public sealed class MissingInputTests
{
    private static string WriteCut(TempFolder folder, string log)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(log));
        }

        string path = folder.PathOf("cut.log.gz");
        File.WriteAllBytes(path, packed.ToArray()[..^((int)packed.Length / 4)]);
        return path;
    }

    [Fact]
    public async Task Diagnose_AnEmptyPipe_Fails()
    {
        ProgramRun run = await DiagnoseRun.OfInput("", "-");

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.Equal("error: nothing was read: 1 file without a line", run.Errors.TrimEnd());
    }

    [Fact]
    public async Task Diagnose_WhatIsWrittenWhenALogIsTurnedOn_IsNoError()
    {
        using var folder = new TempFolder();
        folder.Write("ELBAccessLogTestFile", "Enable AccessLog for ELB: shop at 2026-11-24T00:00:00.123Z");

        ProgramRun run = await DiagnoseRun.Of(folder.Path);

        Assert.Equal((DiagnoseRun.NothingFound, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith("! No request was read", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_AFileThatIsCutOff_IsNotGoodWithoutFindings()
    {
        using var folder = new TempFolder();

        ProgramRun run = await DiagnoseRun.Of(WriteCut(folder, AlbLogs.Healthy(2_000)));
        DiagnoseRun.Checked(await DiagnoseRun.Of(folder.Path, "--json"), DiagnoseRun.CouldNot);
        ProgramRun found = await DiagnoseRun.Of(WriteCut(folder, AlbLogs.Race(40)));

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.StartsWith("! The balancer made no error in ", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("error: not everything could be read", run.Errors, StringComparison.Ordinal);
        Assert.Equal((DiagnoseRun.Findings, ""), (found.ExitCode, found.Errors));
    }

    [Fact]
    public async Task Diagnose_AFolderWithAFileThatCannotBeRead_NamesItAndReadsTheOthers()
    {
        using var folder = new TempFolder();
        folder.Write("good.log", AlbLogs.Healthy(500));
        using FileStream holder = new(folder.Write("locked.log", "x"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        ProgramRun run = await DiagnoseRun.Of(folder.Path);
        folder.Write("race.log", AlbLogs.Race(40));
        ProgramRun found = await DiagnoseRun.Of(folder.Path);

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.StartsWith("! The balancer made no error in 500 requests, and not everything could be read.", run.Output, StringComparison.Ordinal);
        Assert.Contains("locked.log", run.Output, StringComparison.Ordinal);
        Assert.Equal(DiagnoseRun.Findings, found.ExitCode);
        Assert.Contains("locked.log", found.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diagnose", "a.log", "--idle-timout", "30")]
    [InlineData("predict", "--keepalive", "5", "--from-log", "a.log", "--idle-timout", "30")]
    public async Task AnOptionThatIsMistyped_IsNotTakenForAFile(params string[] words)
    {
        ProgramRun run = await ProgramRun.OfWeir(words);

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: --idle-timout: there is no such option; did you mean --idle-timeout?", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict --keepalive 5 --rps 1")]
    [InlineData("predict --keepalive 5 --rps 1 --json")]
    public async Task AnOutputThatIsFull_IsNoBugOfWeir(string words)
    {
        ProgramRun run = await ProgramRun.Of("sh", ["-c", "exec \"$@\" > /dev/full", "sh", .. WeirBinary.Command, .. words.Split(' ')]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No space left on device", Assert.Single(run.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
