using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>One reading of /metrics: every sample by its name and labels.</summary>
internal sealed class Metrics
{
    private static readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private readonly Dictionary<string, double> _samples;

    private Metrics(Dictionary<string, double> samples) => _samples = samples;

    public long this[string name] => (long)_samples.GetValueOrDefault(name);

    public static async Task<Metrics> Read(string adminUrl)
    {
        string text = await _client.GetStringAsync(adminUrl + "/metrics", Deadline.Token());
        return new Metrics(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line[0] != '#')
            .Select(static line => (Line: line, Space: line.LastIndexOf(' ')))
            .ToDictionary(
                static sample => sample.Line[..sample.Space],
                static sample => double.Parse(sample.Line[(sample.Space + 1)..], CultureInfo.InvariantCulture)));
    }

    /// <summary>With its fraction: seconds have one.</summary>
    public double Exact(string name) => _samples[name];

    /// <summary>All samples of one name, whatever their labels.</summary>
    public long Sum(string name) =>
        _samples.Where(sample => sample.Key == name || sample.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(static sample => (long)sample.Value);

    /// <summary>The counters that have moved since, with how far.</summary>
    public SortedDictionary<string, long> Since(Metrics before)
    {
        var moved = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string name in _samples.Keys)
        {
            long value = this[name];
            if (value != before[name] && name.Contains("_total", StringComparison.Ordinal))
            {
                moved.Add(name, value - before[name]);
            }
        }

        return moved;
    }
}
