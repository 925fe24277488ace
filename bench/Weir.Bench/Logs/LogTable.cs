using System.Globalization;

namespace Weir.Bench.Logs;

/// <summary>Writes what was measured, and which goals are met, for a terminal of 100 columns.</summary>
internal static class LogTable
{
    /// <summary>goaccess takes so many times as long at least.</summary>
    private const double GoaccessGoal = 3;

    private const double DuckDbGoal = 1;

    /// <summary>Gigabytes of text a second that one core parses.</summary>
    private const double ParsingGoal = 1;

    public static void Write(TextWriter output, LogFile file, IReadOnlyList<LogRow> rows)
    {
        output.WriteLine();
        output.WriteLine(Invariant($"{file.Form}: {file.StoredBytes / 1e6:F0} MB in the file, {file.TextBytes / 1e6:F0} MB of text"));
        output.WriteLine("              wall s   CPU s    user  system  threads   MB/s of text");
        foreach (LogRow row in rows)
        {
            output.WriteLine(Invariant(
                $"  {row.Tool,-10}{row.WallSeconds,8:F2}{row.CpuSeconds,8:F2}{row.UserSeconds,8:F2}{row.SystemSeconds,8:F2}{row.Threads,9}{file.TextBytes / row.WallSeconds / 1e6,15:F0}   {row.Task}"));
        }

        if (rows.FirstOrDefault(row => row.Tool == "weir") is not { } weir) return;
        foreach (LogRow peer in rows.Where(row => row != weir))
        {
            double goal = peer.Tool == "goaccess" ? GoaccessGoal : DuckDbGoal;
            Ratio wall = peer.SlowerThan(weir, round => round.WallSeconds), cpu = peer.SlowerThan(weir, round => round.CpuSeconds);
            output.WriteLine(Invariant(
                $"  {peer.Tool}: {Text(wall)} × the time of weir, {Text(cpu)} × its CPU; goal {goal:F0} × the time: {Met(wall.Median >= goal)}"));
        }
    }

    public static void WriteParsing(TextWriter output, double portable, double all)
    {
        output.WriteLine();
        output.WriteLine("parsing alone, one thread, lines in memory");
        output.WriteLine(Invariant($"  {portable:F2} GB/s with the instructions of the native file; goal {ParsingGoal:F0}: {Met(portable >= ParsingGoal)}"));
        output.WriteLine(Invariant($"  {all:F2} GB/s with all that this processor has"));
    }

    private static string Met(bool isMet) => isMet ? "met" : "missed";

    private static string Text(Ratio ratio) => Invariant($"{ratio.Median:F2} ({ratio.Lowest:F2}–{ratio.Highest:F2})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
