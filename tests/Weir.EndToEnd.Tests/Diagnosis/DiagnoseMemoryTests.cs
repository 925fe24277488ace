using System.Diagnostics;
using System.Globalization;
using Weir.LogGenerator.Output;

namespace Weir.EndToEnd.Tests;

/// <summary>What `weir diagnose` holds in memory of a stream of many targets and URLs: so much, however long the stream.</summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class DiagnoseMemoryTests
{
    private const double MostMegabytes = 150;
    private const double MostMoreMegabytes = 10;

    private const int Targets = 10_000;
    private const int Urls = 1_000_000;

    // How often the kernel is asked for the peak: the last answer is that of a process about to end.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    // Both are longer than the ten minutes of the log that wait to be put in order.
    [Fact]
    public async Task Diagnose_OfAStreamTwiceAsLong_NeedsHardlyMoreMemory() => await PeaksOfAlike(1_000_000, 2_000_000);

    [Fact(Explicit = true)]
    public async Task Diagnose_OfAStreamFourTimesAsLong_NeedsHardlyMoreMemory() => await PeaksOfAlike(5_000_000, 20_000_000);

    private static async Task PeaksOfAlike(long lines, long moreLines)
    {
        double peak = await PeakMegabytes(lines), morePeak = await PeakMegabytes(moreLines);

        TestContext.Current.TestOutputHelper?.WriteLine($"{lines} lines: {peak:F1} MB; {moreLines} lines: {morePeak:F1} MB");
        Assert.True(Math.Abs(morePeak - peak) < MostMoreMegabytes, $"{peak:F1} MB and {morePeak:F1} MB");
        Assert.True(Math.Max(peak, morePeak) <= MostMegabytes, $"{peak:F1} MB and {morePeak:F1} MB");
    }

    private static async Task<double> PeakMegabytes(long lines)
    {
        using Process process = Process.Start(new ProcessStartInfo(WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "diagnose", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            Task<long> peak = PeakBytes(process);
            await using (Stream input = process.StandardInput.BaseStream)
            {
                await Task.Run(() => new LogStream(Targets, Urls, seed: 1).Write(input, lines)).WaitAsync(Deadline.Token(_limit));
            }

            await process.WaitForExitAsync(Deadline.Token(_limit));
            Assert.True(process.ExitCode == DiagnoseRun.Findings, $"exit code {process.ExitCode}: {await errors}");
            Assert.Contains(lines.ToString("N0", CultureInfo.InvariantCulture) + " lines", await output, StringComparison.Ordinal);
            return await peak / 1e6;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task<long> PeakBytes(Process process)
    {
        long peak = 0;
        for (Task end = process.WaitForExitAsync(); await Task.WhenAny(end, Task.Delay(_betweenLooks)) != end;)
        {
            peak = Math.Max(peak, PeakBytes(process.Id));
        }

        return peak;
    }

    // Source: proc(5), VmHWM: the peak of the resident set, in KiB; gone when the process is.
    private static long PeakBytes(int processId)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
