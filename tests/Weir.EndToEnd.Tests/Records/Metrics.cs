using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>One reading of /metrics: every sample by its name and labels.</summary>
internal sealed class Metrics
{
    private static readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private readonly Dictionary<string, long> _samples;

    private Metrics(Dictionary<string, long> samples) => _samples = samples;

    public long this[string name] => _samples.GetValueOrDefault(name);

    public static async Task<Metrics> Read(string adminUrl)
    {
        string text = await _client.GetStringAsync(adminUrl + "/metrics", Deadline.Token());
        return new Metrics(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line[0] != '#')
            .Select(static line => (Line: line, Space: line.LastIndexOf(' ')))
            .ToDictionary(
                static sample => sample.Line[..sample.Space],
                // Sums of seconds have fractions, which no test looks at.
                static sample => (long)double.Parse(sample.Line[(sample.Space + 1)..], CultureInfo.InvariantCulture)));
    }

    /// <summary>All samples of one name, whatever their labels.</summary>
    public long Sum(string name) =>
        _samples.Where(sample => sample.Key == name || sample.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(static sample => sample.Value);

    /// <summary>The counters that have moved since, with how far.</summary>
    public SortedDictionary<string, long> Since(Metrics before)
    {
        var moved = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, long value) in _samples)
        {
            if (value != before[name] && name.Contains("_total", StringComparison.Ordinal))
            {
                moved.Add(name, value - before[name]);
            }
        }

        return moved;
    }
}
