using System.Globalization;

namespace Weir.Bench;

/// <summary>What a process and its children have used up to now, from /proc. Values; two are subtracted.</summary>
internal readonly record struct ProcessCost(double TotalMicros, double UserMicros, double SystemMicros)
{
    // Source: sysconf(_SC_CLK_TCK), 100 on every Linux that .NET runs on.
    private const double MicrosPerTick = 10_000;

    public static ProcessCost operator -(ProcessCost after, ProcessCost before) => new(
        after.TotalMicros - before.TotalMicros,
        after.UserMicros - before.UserMicros,
        after.SystemMicros - before.SystemMicros);

    /// <summary>
    /// The total is the scheduler's, in nanoseconds; only the split into user and system comes in ticks of 10 ms.
    /// </summary>
    public static ProcessCost Of(int processId)
    {
        double total = 0, user = 0, system = 0;
        foreach (int id in ProcessTree.Of(processId))
        {
            foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
                total += Number(File.ReadAllText(task + "/schedstat").Split(' ')[0]) / 1_000;

            // The name in parentheses may hold spaces; the fields after it are counted from 3. Source: proc(5).
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            user += Number(fields[14 - 3]) * MicrosPerTick;
            system += Number(fields[15 - 3]) * MicrosPerTick;
        }

        return new ProcessCost(total, user, system);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
