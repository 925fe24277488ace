using System.Globalization;

namespace Weir.Bench;

/// <summary>A process and its descendants (nginx has a master and a worker), and the memory they hold together.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int processId)
    {
        List<int> found = [processId];
        for (int i = 0; i < found.Count; i++)
        {
            string children = File.ReadAllText($"/proc/{found[i]}/task/{found[i]}/children");
            found.AddRange(children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
        }

        return found;
    }

    /// <summary>Resident memory. Proportional: a page that master and worker share counts once. Source: proc(5), smaps_rollup.</summary>
    public static long ResidentBytes(int processId) => Of(processId).Sum(ResidentBytesOfOne);

    private static long ResidentBytesOfOne(int processId)
    {
        foreach (string line in File.ReadLines($"/proc/{processId}/smaps_rollup"))
        {
            if (!line.StartsWith("Pss:", StringComparison.Ordinal)) continue;
            string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
        }

        throw new BenchException($"/proc/{processId}/smaps_rollup has no Pss line");
    }
}
