using System.Diagnostics;
using System.Globalization;

namespace Weir.Bench;

/// <summary>Runs wrk, one thread on the origin's core, against one port of this machine. Never longer than asked.</summary>
internal sealed class Wrk(Workspace workspace)
{
    private const string ResultPrefix = "RESULT ";

    public async Task<LoadResult> RunAsync(Profile profile, int port, int seconds)
    {
        List<string> arguments =
        [
            "-c", Text(Cores.LoadAndOrigin), "wrk",
            "-t", "1", "-c", Text(profile.Clients), "-d", Text(seconds) + "s", "--timeout", "5s",
            "-s", workspace.WrkScript,
        ];
        if (profile.CloseAfterEach) arguments.AddRange(["-H", "Connection: close"]);
        arguments.AddRange([$"http://127.0.0.1:{port}{profile.Path}", "--", Text(profile.UploadBytes)]);

        using Process wrk = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true })!;
        string output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        string? line = output.Split('\n').FirstOrDefault(text => text.StartsWith(ResultPrefix, StringComparison.Ordinal));
        if (wrk.ExitCode != 0 || line is null) throw new BenchException($"wrk ended with {wrk.ExitCode}:\n{output}");
        return Read(line[ResultPrefix.Length..].Split(' '));
    }

    private static LoadResult Read(string[] fields) => new(
        Whole(fields[0]), Whole(fields[1]), Whole(fields[2]), Whole(fields[3]), Whole(fields[4]), Whole(fields[5]), Whole(fields[6]));

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
