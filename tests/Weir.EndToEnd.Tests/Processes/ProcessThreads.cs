namespace Weir.EndToEnd.Tests;

/// <summary>What the kernel says of each thread of a process that a test has started.</summary>
internal static class ProcessThreads
{
    /// <summary>
    /// Whether <paramref name="file"/> in /proc/PID/task/TID says the same of all of them; false when one has ended since
    /// they were listed, so that the caller looks again.
    /// </summary>
    public static bool All(int processId, string file, Func<string, bool> says)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{processId}/task").All(thread => says(File.ReadAllText(Path.Combine(thread, file))));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
