using System.Globalization;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>How often each true cause was given each name. It shows itself as the table of docs/diagnosis.md: a row for each true cause.</summary>
internal sealed class ConfusionMatrix
{
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _verdicts = new(StringComparer.Ordinal);

    /// <summary>The share that got the right name, of the errors with these true causes.</summary>
    public double RightAmong(IReadOnlyCollection<string> truths) =>
        (double)truths.Sum(truth => Verdicts(truth, truth)) / truths.Sum(Count);

    public void Add(string truth, string verdict)
    {
        if (!_verdicts.TryGetValue(truth, out SortedDictionary<string, int>? row))
        {
            _verdicts.Add(truth, row = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        row[verdict] = row.GetValueOrDefault(verdict) + 1;
    }

    public int Count(string truth) => _verdicts.TryGetValue(truth, out SortedDictionary<string, int>? row) ? row.Values.Sum() : 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("| true cause | errors | right | the others were taken for |");
        text.AppendLine("| --- | ---: | ---: | --- |");
        foreach ((string truth, SortedDictionary<string, int> row) in _verdicts)
        {
            string others = string.Join(", ", row
                .Where(pair => pair.Key != truth)
                .OrderByDescending(static pair => pair.Value)
                .Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} `{pair.Key}`")));
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{truth}` | {Count(truth)} | {RightAmong([truth]):P1} | {others} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| all | {_verdicts.Keys.Sum(Count)} | {RightAmong(_verdicts.Keys):P1} | |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| mean over causes | | {_verdicts.Keys.Average(truth => RightAmong([truth])):P1} | |");
        return text.ToString();
    }

    private int Verdicts(string truth, string verdict) =>
        _verdicts.TryGetValue(truth, out SortedDictionary<string, int>? row) ? row.GetValueOrDefault(verdict) : 0;
}
