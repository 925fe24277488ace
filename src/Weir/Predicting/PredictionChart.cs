using System.Globalization;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Predicting;

/// <summary>The expected 502s a day against the traffic, which rises by a factor of about three a line.</summary>
internal static class PredictionChart
{
    private const int BarColumns = 40;
    private const int ShareColumns = 18;
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
        yield return terminal.Dim($"{"requests/s",10}  {"of requests".PadRight(BarColumns + ShareColumns)}  502s a day");
        foreach (RacePrediction row in rows)
        {
            bool isAsked = row.RequestsPerSecond == asked.RequestsPerSecond;
            string bar = Bar(most > 0 ? row.PerRequest() / most : 0);
            string label = $"{PredictionText.Number(row.RequestsPerSecond),10}";
            string share = PredictionText.OneIn(row.PerRequest());
            string line = $"{(isAsked ? terminal.Bold(label) : label)}  {bar} {share.PadRight(BarColumns + ShareColumns - 1 - bar.Length)}  {PredictionText.Rate(row.PerDay())}";
            yield return isAsked ? $"{line}  {terminal.Bold("◀ yours")}" : line;
        }
    }

    private static string Bar(double share)
    {
        int eighths = (int)Math.Round(share * BarColumns * Eighths.Length);
        int whole = eighths / Eighths.Length;
        int rest = eighths % Eighths.Length;
        return string.Concat(new string(Eighths[^1], whole), rest > 0 ? Eighths[rest - 1].ToString(CultureInfo.InvariantCulture) : "");
    }
}
