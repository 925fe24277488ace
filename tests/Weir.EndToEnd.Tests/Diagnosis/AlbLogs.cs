using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>Logs that tests have diagnosed.</summary>
internal static class AlbLogs
{
    /// <summary>The two lines that this project began with, 5.000257 s apart; what was masked in them is filled in.</summary>
    public static string Story { get; } = Lines(
        new AlbLine
        {
            Time = Utc("2020-10-20T05:44:51.555553Z"),
            Codes = "304 304",
        },
        new AlbLine { Time = Utc("2020-10-20T05:44:56.555810Z") }.AsRace);

    /// <summary>Requests that are all answered.</summary>
    public static string Healthy(int requests) => Lines(
        [.. Enumerable.Range(0, requests).Select(static index => new AlbLine { Time = Utc("2026-11-24T00:00:00Z").AddSeconds(index * 3.1) })]);

    /// <summary>
    /// A day of one target that closes idle connections after 5 s: pairs of requests, most of them some seconds apart, of
    /// which those that meet the close fail. From a seed, so that it is the same everywhere.
    /// </summary>
    public static string Race(int errors)
    {
        var random = new Random(11);
        var lines = new List<AlbLine>();
        DateTimeOffset time = Utc("2026-11-24T00:00:00Z");
        for (int index = 0; lines.Count(static line => line.Codes == "502 -") < errors; index++)
        {
            bool isClose = index % 20 == 7;
            double gap = isClose ? 5.0005 + (random.NextDouble() * 0.004) : 0.3 + (random.NextDouble() * 14);
            if (!isClose && gap is > 4.95 and < 5.05)
            {
                gap += 1;
            }

            time = time.AddSeconds(gap);
            var line = new AlbLine { Time = time, TraceId = "Root=1-5f8e7a18-" + index.ToString("x24", CultureInfo.InvariantCulture) };
            lines.Add(isClose ? line.AsRace : line);
        }

        return Lines([.. lines]);
    }

    public static string Lines(params AlbLine[] lines) => string.Concat(lines.Select(static line => line + "\n"));

    public static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
