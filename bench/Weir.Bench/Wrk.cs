using System.Globalization;

namespace Weir.Bench;

/// <summary>wrk, with one thread: requests over HTTP/1.1, as fast as they are answered.</summary>
internal sealed class Wrk(Workspace workspace) : ILoadGenerator
{
    /// <summary>Whether the origin and other load wait for it.</summary>
    public bool ComesFirst { get; init; }

    private const string ResultPrefix = "RESULT ";

    public async Task<LoadResult> RunAsync(Profile profile, int port, int seconds)
    {
        List<string> command =
        [
            .. ComesFirst ? (string[])["nice", "-n", "-10"] : [],
            "wrk", "-t", "1", "-c", Text(profile.Clients), "-d", Text(seconds) + "s", "--timeout", "5s", "-s", workspace.WrkScript,
        ];
        if (profile.CloseAfterEach) command.AddRange(["-H", "Connection: close"]);
        command.AddRange([Tool.Address(profile, port), "--", Text(profile.UploadBytes)]);

        string output = await Tool.RunAsync(command);
        string? line = output.Split('\n').FirstOrDefault(text => text.StartsWith(ResultPrefix, StringComparison.Ordinal));
        if (line is null) throw new BenchException($"wrk gave no result:\n{output}");
        return Read(line[ResultPrefix.Length..].Split(' '));
    }

    private static LoadResult Read(string[] fields) => new(
        Whole(fields[0]), Whole(fields[1]), Whole(fields[2]), Whole(fields[3]), Whole(fields[4]), Whole(fields[5]), Whole(fields[6]));

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
