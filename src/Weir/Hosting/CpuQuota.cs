using System.Globalization;

namespace Weir.Hosting;

/// <summary>
/// How many loops a process has cores for: those that its affinity names, or fewer when its cgroup (a container's limit)
/// gives it less time. Reads files only; their contents are the parameters, so that each rule can be tested.
/// </summary>
internal static class CpuQuota
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    /// <summary>The number of loops for this process.</summary>
    public static int Loops() => LoopsFor(AllowedCores(), FindQuota(ReadFile));

    /// <summary>One loop for each core, at most the quota rounded up, at least one.</summary>
    public static int LoopsFor(int cores, double? quotaCores) =>
        Math.Max(1, quotaCores is { } quota ? Math.Min(cores, (int)Math.Ceiling(quota)) : cores);

    /// <summary>Counts a kernel list: `0-3,8` is five.</summary>
    // Source: cpuset(7), list format
    public static int CountCores(string list)
    {
        int count = 0;
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = range.Split('-');
            if (ends.Length <= 2 && TryParse(ends[0], out long first) && TryParse(ends[^1], out long last) && last >= first)
            {
                count += (int)(last - first) + 1;
            }
        }

        return count;
    }

    /// <summary>Cores' worth of time from `cpu.max`: `150000 100000` is 1.5; null for `max`.</summary>
    // Source: Linux, cgroup-v2
    public static double? ParseCpuMax(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2 ? Ratio(words[0], words[1]) : null;
    }

    /// <summary>The same from cgroup v1: `cpu.cfs_quota_us` is -1 for no limit.</summary>
    public static double? ParseCfsQuota(string quota, string period) => Ratio(quota.Trim(), period.Trim());

    /// <summary>The tightest limit of the process's cgroup and all that enclose it.</summary>
    /// <param name="read">A file's text, or null if there is none.</param>
    public static double? FindQuota(Func<string, string?> read)
    {
        double? tightest = null;
        foreach (string line in (read("/proc/self/cgroup") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // `0::/path` is version 2, `4:cpu,cpuacct:/path` version 1.
            string[] parts = line.Split(':', 3);
            if (parts.Length != 3)
            {
                continue;
            }

            for (string path = parts[2].TrimEnd('/'); ; path = path[..path.LastIndexOf('/')])
            {
                tightest = Tighter(tightest, ReadLimit(parts[0] == "0", parts[1], path, read));
                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        return tightest;
    }

    private static double? ReadLimit(bool isVersion2, string controllers, string path, Func<string, string?> read)
    {
        if (isVersion2)
        {
            return read($"{CgroupRoot}{path}/cpu.max") is { } max ? ParseCpuMax(max) : null;
        }

        if (!controllers.Split(',').Contains("cpu"))
        {
            return null;
        }

        string folder = $"{CgroupRoot}/cpu{path}";
        return read($"{folder}/cpu.cfs_quota_us") is { } quota && read($"{folder}/cpu.cfs_period_us") is { } period
            ? ParseCfsQuota(quota, period)
            : null;
    }

    private static double? Tighter(double? left, double? right) =>
        left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);

    private static double? Ratio(string quota, string period) =>
        TryParse(quota, out long quotaMicros) && TryParse(period, out long periodMicros) && periodMicros > 0
            ? (double)quotaMicros / periodMicros
            : null;

    private static int AllowedCores()
    {
        string? line = (ReadFile("/proc/self/status") ?? "").Split('\n')
            .FirstOrDefault(static line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        int cores = line is null ? 0 : CountCores(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return cores > 0 ? cores : Environment.ProcessorCount;
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that may not be read limits nobody that can be named here.
            return null;
        }
    }

    private static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
