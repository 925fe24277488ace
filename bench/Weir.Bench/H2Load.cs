using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Bench;

/// <summary>h2load, with one thread: requests over HTTP/2, so many streams on each connection at all times.</summary>
internal sealed partial class H2Load(Workspace workspace) : ILoadGenerator
{
    public async Task<LoadResult> RunAsync(Profile profile, int port, int seconds)
    {
        string log = workspace.PathOf("h2load.log");
        File.Delete(log);
        List<string> command =
        [
            "h2load", "-t", "1", "-c", Text(profile.Clients), "-m", Text(profile.StreamsOnEach), "-D", Text(seconds), "--log-file", log,
            .. profile.IsGrpc ? (string[])["-d", Message(profile), "-H", "content-type: application/grpc", "-H", "te: trailers"] : [],
            Tool.Address(profile, port),
        ];

        var elapsed = Stopwatch.StartNew();
        string output = await Tool.RunAsync(command);
        if (Requests().Match(output) is not { Success: true } requests || Traffic().Match(output) is not { Success: true } traffic)
            throw new BenchException($"h2load gave no result:\n{output}");
        double[] micros = Times(log);
        // The answers with another status than 2xx are among those that failed. What was on its way at the end is in neither number.
        return new LoadResult(
            Whole(requests, "done"), elapsed.Elapsed.TotalMicroseconds, Whole(traffic, "bytes"), Percentile(micros, 0.5), Percentile(micros, 0.99),
            BadStatuses: Whole(requests, "failed"), SocketErrors: Whole(requests, "errored") + Whole(requests, "timeout"));
    }

    // Opaque to every proxy.
    private string Message(Profile profile)
    {
        string file = workspace.PathOf("message");
        File.WriteAllBytes(file, new byte[profile.UploadBytes]);
        return file;
    }

    // Fields: begin, status, microseconds. Source: h2load(1), --log-file.
    private static double[] Times(string log)
    {
        double[] micros = [.. File.ReadLines(log).Select(static line => double.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), CultureInfo.InvariantCulture))];
        Array.Sort(micros);
        return micros;
    }

    private static double Percentile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];

    private static long Whole(Match match, string name) => long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^requests: .* (?<done>\d+) done, .* (?<failed>\d+) failed, (?<errored>\d+) errored, (?<timeout>\d+) timeout", RegexOptions.Multiline)]
    private static partial Regex Requests();

    [GeneratedRegex(@"^traffic: \S+ \((?<bytes>\d+)\)", RegexOptions.Multiline)]
    private static partial Regex Traffic();
}
