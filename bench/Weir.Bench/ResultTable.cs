using System.Globalization;

namespace Weir.Bench;

/// <summary>Writes results for a terminal of 100 columns.</summary>
internal static class ResultTable
{
    public static void Write(TextWriter output, ProfileResult result)
    {
        output.WriteLine();
        output.WriteLine($"{result.Profile}: {result.Title}");
        if (result.Load.Count > 0) WriteLoad(output, result.Load);
        if (result.Idle.Count > 0) WriteIdle(output, result.Idle);
        if (result.Flood.Count > 0) WriteFlood(output, result.Flood);
        if (result.SystemCalls.Count > 0) WriteSystemCalls(output, result.SystemCalls);
        if (result.Note is not null) output.WriteLine($"  {result.Note}");
    }

    private static void WriteLoad(TextWriter output, IReadOnlyList<LoadRow> rows)
    {
        output.WriteLine("             CPU µs per request      requests/s   p50 µs   p99 µs      MB   CPU, ÷ better peer");
        output.WriteLine("             total    user  system");
        foreach (LoadRow row in rows)
        {
            output.WriteLine(Invariant(
                $"  {row.Proxy,-8}{row.CpuMicros,8:F1}{row.UserMicros,8:F1}{row.SystemMicros,8:F1}{row.RequestsPerSecond,16:F0}{Micros(row.P50Micros),9}{Micros(row.P99Micros),9}{row.ResidentMegabytes,8:F1}   {Text(row.ToBetterPeer)}{Text(row.Errors)}"));
        }
    }

    private static void WriteIdle(TextWriter output, IReadOnlyList<IdleRow> rows)
    {
        output.WriteLine("               clients   MB before     MB with   bytes per client");
        foreach (IdleRow row in rows)
            output.WriteLine(Invariant($"  {row.Proxy,-8}{row.Clients,12}{row.MegabytesBefore,12:F1}{row.MegabytesWith,12:F1}{row.BytesPerClient,19:F0}"));
    }

    private static void WriteFlood(TextWriter output, IReadOnlyList<FloodRow> rows)
    {
        output.WriteLine("            handshakes/s                  alone            beside the flood");
        output.WriteLine("                          p50 µs     p99 µs          p50 µs     p99 µs");
        foreach (FloodRow row in rows)
        {
            output.WriteLine(Invariant(
                $"  {row.Proxy,-8}{Median(row.Handshakes, result => result.RequestsPerSecond),14:F0}{Median(row.Alone, result => result.P50Micros!.Value),9:F0}{Median(row.Alone, result => result.P99Micros!.Value),11:F0}{Median(row.Flooded, result => result.P50Micros!.Value),16:F0}{Median(row.Flooded, result => result.P99Micros!.Value),11:F0}"));
        }
    }

    private static double Median(IEnumerable<LoadResult> results, Func<LoadResult, double> figure) => Statistics.Median(results.Select(figure));

    private static void WriteSystemCalls(TextWriter output, IReadOnlyList<SystemCallRow> rows)
    {
        output.WriteLine("            requests    receives       sends       polls      others   (for each request)");
        foreach (SystemCallRow row in rows)
            output.WriteLine(Invariant($"  {row.Proxy,-8}{row.Requests,10}{row.ReceivesPerRequest,12:F2}{row.SendsPerRequest,12:F2}{row.PollsPerRequest,12:F2}{row.OthersPerRequest,12:F2}"));
    }

    private static string Micros(double? time) => time is null ? "–" : Invariant($"{time:F0}");

    private static string Text(Ratio? ratio) =>
        ratio is null ? "–" : Invariant($"{ratio.Median:F2} ({ratio.Lowest:F2}–{ratio.Highest:F2})");

    private static string Text(long errors) => errors == 0 ? "" : Invariant($"  {errors} errors");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
