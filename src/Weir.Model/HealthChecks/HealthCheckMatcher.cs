using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>The codes that count as a successful health check, parsed once; immutable.</summary>
public sealed class HealthCheckMatcher
{
    private HealthCheckMatcher(string text, ImmutableArray<CodeRange> ranges)
    {
        Text = text;
        Ranges = ranges;
    }

    /// <summary>As configured: `200`, `200,202`, `200-299` or a mixture.</summary>
    public string Text { get; }

    public ImmutableArray<CodeRange> Ranges { get; }

    public bool Matches(int code)
    {
        foreach (var range in Ranges)
        {
            if (code >= range.First && code <= range.Last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads `200,202,300-302`; false if it is not of that form or a code is outside the bounds.</summary>
    public static bool TryParse(string text, int smallest, int largest, out HealthCheckMatcher? matcher)
    {
        matcher = null;
        var ranges = ImmutableArray.CreateBuilder<CodeRange>();
        foreach (var part in text.Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = dash < 0 ? part : part[..dash];
            var last = dash < 0 ? part : part[(dash + 1)..];
            if (!DecimalNumber.TryParse(first.Trim(), smallest, largest, out var low)
                || !DecimalNumber.TryParse(last.Trim(), smallest, largest, out var high)
                || low > high)
            {
                return false;
            }

            ranges.Add(new CodeRange(low, high));
        }

        matcher = new HealthCheckMatcher(text, ranges.ToImmutable());
        return true;
    }

    public override string ToString() => Text;
}
