using System.Diagnostics;
using System.Globalization;

namespace Weir.Bench;

/// <summary>Runs a load generator on the core that it shares with the origin.</summary>
internal static class Tool
{
    /// <summary>What it printed. Throws if it ended with a failure.</summary>
    public static async Task<string> RunAsync(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Cores.LoadAndOrigin.ToString(CultureInfo.InvariantCulture), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new BenchException($"{command[0]} ended with {process.ExitCode}:\n{output}{await errors}");
        return output;
    }

    public static string Address(Profile profile, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(profile.Certificate is null ? "http" : "https")}://127.0.0.1:{port}{profile.Path}");
}
