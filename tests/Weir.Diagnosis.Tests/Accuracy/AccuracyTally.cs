using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;
using Weir.LogGenerator;

namespace Weir.Diagnosis.Tests.Accuracy;

/// <summary>Verdicts beside the truth, over many logs. Used by one thread at a time.</summary>
internal sealed class AccuracyTally
{
    /// <summary>
    /// A log gives calibration at most so many verdicts on errors of one cause, spread evenly over it: they share the log's fate, and
    /// a log of twenty thousand refusals would else speak for all.
    /// </summary>
    public const int MostOfALog = 50;

    private readonly Dictionary<(string Truth, string Verdict), int> _verdicts = [];
    private readonly List<(double Confidence, bool IsRight)> _stated = [];

    public IEnumerable<string> Causes => _verdicts.Keys.Select(static pair => pair.Truth).Distinct().Order(StringComparer.Ordinal);

    public double MeanOfCauses => Causes.Average(ShareRight);

    /// <summary>Of all errors that are no race, the share that was called one.</summary>
    public double FalseRaces => Sum(static pair => pair.Truth != Race && pair.Verdict == Race) / Math.Max(Sum(static pair => pair.Truth != Race), 1.0);

    private const string Race = "keepalive_race";

    public int Errors(string cause) => Sum(pair => pair.Truth == cause);

    public double ShareRight(string cause) => _verdicts.GetValueOrDefault((cause, cause)) / (double)Errors(cause);

    public static string NameOf(Cause cause) => JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    /// <summary>Both in the order of the log: exactly one verdict for each error.</summary>
    public void Add(IReadOnlyList<TruthRow> truth, IReadOnlyList<ErrorVerdict> verdicts)
    {
        Assert.Equal(truth.Count, verdicts.Count);
        Dictionary<string, ErrorVerdict> byTrace = verdicts.Where(static verdict => verdict.TraceId is not null).ToDictionary(static verdict => verdict.TraceId!);
        var seen = new Dictionary<string, int>();
        var all = truth.CountBy(static row => row.Cause).ToDictionary();
        for (int i = 0; i < truth.Count; i++)
        {
            TruthRow row = truth[i];
            ErrorVerdict verdict = row.TraceId is { } trace ? byTrace[trace] : verdicts[i];
            Assert.Equal(row.ElbStatusCode, verdict.ElbStatusCode);
            string said = NameOf(verdict.Cause);
            _verdicts[(row.Cause, said)] = _verdicts.GetValueOrDefault((row.Cause, said)) + 1;
            long number = seen[row.Cause] = seen.GetValueOrDefault(row.Cause) + 1;
            int of = Math.Max(all[row.Cause], MostOfALog);
            if (number * MostOfALog / of != (number - 1) * MostOfALog / of)
            {
                _stated.Add((verdict.Confidence, said == row.Cause));
            }
        }
    }

    public IEnumerable<CalibrationBin> Calibration(params double[] edges) => edges.Zip(edges.Skip(1), (from, to) =>
    {
        List<(double Confidence, bool IsRight)> inside = _stated.FindAll(stated => stated.Confidence >= from && stated.Confidence < to);
        return new CalibrationBin(from, to, inside.Count, inside.Count(static stated => stated.IsRight), inside.Sum(static stated => stated.Confidence));
    });

    /// <summary>As docs/diagnosis.md has it.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| cause | errors | right | taken for |\n| --- | ---: | ---: | --- |\n");
        foreach (string cause in Causes)
        {
            IEnumerable<string> others = _verdicts.Where(pair => pair.Key.Truth == cause && pair.Key.Verdict != cause)
                .OrderByDescending(static pair => pair.Value).Select(static pair => string.Create(CultureInfo.InvariantCulture, $"`{pair.Key.Verdict}` {pair.Value:N0}"));
            text.Append(CultureInfo.InvariantCulture, $"| `{cause}` | {Errors(cause):N0} | {100 * ShareRight(cause):F1} % | {string.Join(", ", others)} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| mean over causes | | {100 * MeanOfCauses:F1} % | |\n\nOther errors called a race: {100 * FalseRaces:F2} %.\n\n");
        text.Append("| stated | verdicts | mean stated | right | 95 % interval |\n| --- | ---: | ---: | ---: | --- |\n");
        foreach (CalibrationBin bin in Calibration(AccuracyTests.Edges).Where(static bin => bin.Verdicts > 0))
        {
            (double low, double high) = bin.Wilson;
            text.Append(CultureInfo.InvariantCulture,
                $"| {100 * bin.From:F0} to {100 * Math.Min(bin.To, 1):F0} % | {bin.Verdicts:N0} | {100 * bin.MeanStated:F1} % | {100 * bin.ShareRight:F1} % | {100 * low:F1} to {100 * high:F1} % |\n");
        }

        return text.ToString();
    }

    private int Sum(Func<(string Truth, string Verdict), bool> which) => _verdicts.Where(pair => which(pair.Key)).Sum(static pair => pair.Value);
}
