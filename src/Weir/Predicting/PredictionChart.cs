using System.Globalization;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Predicting;

/// <summary>The expected 502s a day against the traffic, which rises by a factor of about three a line.</summary>
internal static class PredictionChart
{
    // Bars give way where the terminal is narrow.
    private const int MaxBarColumns = 40;
    private const int MinBarColumns = 8;
    private const int RateColumns = 10;
    private const int ShareColumns = 18;
    private const string Gap = "  ";
    private const string PerDayHeading = "502s a day";
    private const string Mark = "◀ yours";
    private const int FirstDecade = -3;
    private const int LastDecade = 2;

    private static readonly int[] _digits = [1, 3];

    // Bars end in eighths of a column.
    private const string Eighths = "▏▎▍▌▋▊▉█";

    /// <summary>The same question with other traffic; periodic traffic has no such line, it is all or nothing.</summary>
    public static IEnumerable<RacePrediction> Traffic(RacePrediction asked)
    {
        IEnumerable<double> rates = Enumerable.Range(FirstDecade, LastDecade - FirstDecade + 1)
            .SelectMany(static decade => _digits.Select(digit => digit * Math.Pow(10, decade)))
            .Append(asked.RequestsPerSecond)
            .Distinct()
            .Order();
        return rates.Select(rate => asked with { RequestsPerSecond = rate });
    }

    public static IEnumerable<string> Write(RacePrediction asked, Terminal terminal)
    {
        RacePrediction[] rows = [.. Traffic(asked)];
        double most = rows.Max(static row => row.PerRequest());
        int barColumns = Math.Clamp(
            terminal.Width - RateColumns - ShareColumns - PerDayHeading.Length - Mark.Length - (3 * Gap.Length), MinBarColumns, MaxBarColumns);
        yield return terminal.Dim($"{"requests/s",RateColumns}{Gap}{"of requests".PadRight(barColumns + ShareColumns)}{Gap}{PerDayHeading}");
        foreach (RacePrediction row in rows)
        {
            bool isAsked = row.RequestsPerSecond == asked.RequestsPerSecond;
            string bar = Bar(most > 0 ? row.PerRequest() / most : 0, barColumns);
            string label = $"{PredictionText.Number(row.RequestsPerSecond),RateColumns}";
            string share = PredictionText.OneIn(row.PerRequest());
            string line = $"{(isAsked ? terminal.Bold(label) : label)}{Gap}{bar} {share.PadRight(barColumns + ShareColumns - 1 - bar.Length)}{Gap}{PredictionText.Rate(row.PerDay())}";
            yield return isAsked ? $"{line}{Gap}{terminal.Bold(Mark)}" : line;
        }
    }

    private static string Bar(double share, int columns)
    {
        int eighths = (int)Math.Round(share * columns * Eighths.Length);
        int whole = eighths / Eighths.Length;
        int rest = eighths % Eighths.Length;
        return string.Concat(new string(Eighths[^1], whole), rest > 0 ? Eighths[rest - 1].ToString(CultureInfo.InvariantCulture) : "");
    }
}
