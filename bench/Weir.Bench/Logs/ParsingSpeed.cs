using System.Diagnostics;
using System.Globalization;
using Weir.AccessLogs.Reading;

namespace Weir.Bench.Logs;

/// <summary>
/// The line parser alone, on one thread, over lines in memory. In a process of its own, this program again, because which
/// instructions the compiler may use is told to it at its start.
/// </summary>
internal static class ParsingSpeed
{
    /// <summary>This program's first argument, where it is to be that process.</summary>
    public const string Command = "parsing-speed";

    private const int SampleBytes = 256 << 20;
    private const int WarmUps = 3;
    private const int Rounds = 7;

    /// <summary>Gigabytes of text a second, the median.</summary>
    /// <param name="file">The plain log.</param>
    /// <param name="isPortable">With no instructions but those that the shipped native file may take for granted.</param>
    public static async Task<double> MeasureAsync(string file, bool isPortable)
    {
        // Source: .NET runtime configuration, DOTNET_EnableAVX: without it, none that are encoded as AVX's are.
        string[] limits = isPortable ? ["/usr/bin/env", "DOTNET_EnableAVX=0"] : [];
        (string output, _) = await MeasuredCommand.RunAsync("parser", [.. limits, Environment.ProcessPath!, Command, file], [0]);
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    public static void Run(string file)
    {
        byte[] text = Sample(file);
        long lines = text.AsSpan().Count((byte)'\n');
        var rounds = new List<double>();
        for (int round = 0; round < WarmUps + Rounds; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            long requests = RequestsIn(text);
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (requests != lines) throw new BenchException($"the parser read {requests} of {lines} lines");
            if (round >= WarmUps) rounds.Add(text.Length / seconds / 1e9);
        }

        Console.WriteLine(Statistics.Median(rounds).ToString(CultureInfo.InvariantCulture));
    }

    private static long RequestsIn(ReadOnlySpan<byte> text)
    {
        var parser = new LogLineParser();
        var line = new AccessLogFields();
        long requests = 0;
        while (!text.IsEmpty)
        {
            if (parser.Parse(text, ref line, out int end) == LogLineKind.Access && line.ElbStatus > 0) requests++;
            text = text[(end + 1)..];
        }

        return requests;
    }

    private static byte[] Sample(string file)
    {
        using FileStream input = File.OpenRead(file);
        byte[] text = new byte[Math.Min(SampleBytes, input.Length)];
        input.ReadExactly(text);
        return text[..(text.AsSpan().LastIndexOf((byte)'\n') + 1)];
    }
}
