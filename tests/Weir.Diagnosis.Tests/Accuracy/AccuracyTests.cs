using Weir.Diagnosis.Reports;
using Weir.LogGenerator;
using Weir.LogGenerator.Scenarios;

namespace Weir.Diagnosis.Tests.Accuracy;

/// <summary>
/// The diagnosis against logs whose errors have a known cause, from a simulation that shares no code with it. Seeds from 5001 on are
/// for judging; no constant of the diagnosis was chosen by them.
/// </summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private const int FirstSeed = 5001, FirstSeedOfMany = 7021;
    private const int LeastErrors = 50;
    private const double LeastMean = 0.95;
    private const double MostFalseRaces = 0.01;

    // Bins of fewer verdicts say nothing. A bin may be off by so much: what is told from a log alone is not surer than that.
    private const int LeastVerdicts = 200;
    private const double MostOverconfidence = 0.05;

    public static double[] Edges { get; } = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];

    private sealed class Verdicts : IErrorVerdictConsumer
    {
        public List<ErrorVerdict> All { get; } = [];

        public void Accept(in ErrorVerdict verdict) => All.Add(verdict);
    }

    [Fact]
    public void Diagnosis_OfSixLogsOfEachScenario_FindsTheCausesOfErrors() => Judge(FirstSeed, seeds: 6, mixtures: 0);

    // A quarter of an hour of one core; docs/diagnosis.md has its tables.
    [Fact(Explicit = true)]
    public void Diagnosis_OfTwentyLogsOfEachScenarioAndMixtures_FindsTheCausesOfErrorsAndSaysHowSurely() => Judge(FirstSeedOfMany, seeds: 20, mixtures: 40);

    private void Judge(int firstSeed, int seeds, int mixtures)
    {
        var tally = new AccuracyTally();
        IEnumerable<Func<GeneratedLog>> logs =
        [
            .. Scenario.All.SelectMany(scenario => Enumerable.Range(firstSeed, seeds).Select(seed => (Func<GeneratedLog>)(() => scenario.Generate(seed)))),
            .. Enumerable.Range(firstSeed, mixtures).Select(static seed => (Func<GeneratedLog>)(() => Mixture.Generate(seed))),
        ];
        // A log is some hundred megabytes while it is made.
        var cores = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(logs, cores, generate =>
        {
            GeneratedLog log = generate();
            List<ErrorVerdict> verdicts = VerdictsOf(log);
            lock (tally)
            {
                tally.Add(log.Truth, verdicts);
            }
        });

        output.WriteLine(tally.ToMarkdown());
        Assert.All(tally.Causes, cause => Assert.True(tally.Errors(cause) >= LeastErrors, $"only {tally.Errors(cause)} errors of {cause}"));
        Assert.True(tally.MeanOfCauses >= LeastMean, tally.ToMarkdown());
        Assert.True(tally.FalseRaces <= MostFalseRaces, tally.ToMarkdown());
        Assert.All(
            tally.Calibration(Edges).Where(static bin => bin.Verdicts >= LeastVerdicts),
            bin => Assert.True(bin.ShareRight >= bin.MeanStated - MostOverconfidence, $"{bin}\n{tally.ToMarkdown()}"));
    }

    private static List<ErrorVerdict> VerdictsOf(GeneratedLog log)
    {
        using var diagnosis = new Diagnosis(new DiagnosisOptions { IdleTimeout = new IdleTimeout(log.IdleTimeoutSeconds, "flag") });
        var names = GeneratedLogFeed.Feed(log, diagnosis);
        var verdicts = new Verdicts();
        diagnosis.Complete(names, Causes.RequestStream.NoCounts, verdicts);
        return verdicts.All;
    }
}
