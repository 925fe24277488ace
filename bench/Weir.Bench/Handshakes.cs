using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Bench;

/// <summary>
/// openssl s_time, several at once: a new TLS 1.3 connection for each request, with a full handshake or with a ticket of an earlier
/// one. It tells no times of single connections.
/// </summary>
internal sealed partial class Handshakes : ILoadGenerator
{
    public async Task<LoadResult> RunAsync(Profile profile, int port, int seconds)
    {
        string[] command =
        [
            "openssl", "s_time", "-connect", $"127.0.0.1:{port}", "-tls1_3", "-www", profile.Path,
            profile.IsResumed ? "-reuse" : "-new", "-time", seconds.ToString(CultureInfo.InvariantCulture),
        ];
        var elapsed = Stopwatch.StartNew();
        string[] outputs = await Task.WhenAll(Enumerable.Range(0, profile.Clients).Select(_ => Tool.RunAsync(command)));
        long[] connections = [.. outputs.Select(output => Connections(output, profile.IsResumed))];
        return new LoadResult(connections.Sum(), elapsed.Elapsed.TotalMicroseconds, 0, null, null, 0, 0);
    }

    // It writes a letter for each: r where the handshake was resumed, * where not; with -reuse the first, uncounted, is a full one.
    private static long Connections(string output, bool resumed)
    {
        Match sum = Sum().Match(output);
        string marks = Marks().Match(output).Value;
        long count = sum.Success ? long.Parse(sum.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        if (count == 0 || marks.Length < count || marks.Any(mark => mark == 'r' != resumed))
            throw new BenchException($"openssl s_time: {count} connections, not all {(resumed ? "resumed" : "full")}:\n{output[^Math.Min(400, output.Length)..]}");
        return count;
    }

    [GeneratedRegex(@"^(\d+) connections in [\d.]+s", RegexOptions.Multiline)]
    private static partial Regex Sum();

    [GeneratedRegex(@"^[r*]+$", RegexOptions.Multiline)]
    private static partial Regex Marks();
}
