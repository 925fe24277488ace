using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// Why requests of one group were cut: each <see cref="CutStory"/> of the group as a mixture of causes fitted to its errors,
/// and the stories weighed by how well they explain all of them. Immutable once fitted; deterministic.
/// </summary>
/// <remarks>
/// That there is a race at all, or a limit, is a question about the group, not about one error: where single errors cannot
/// tell, hundreds of them would else only repeat what was believed beforehand. All constants were chosen on the tuning seeds,
/// never on the test seeds.
/// </remarks>
internal sealed class CutModel
{
    // What a story adds below this no confidence shows.
    private const double LeastWeight = 1e-3;

    private readonly (CutMixture Mixture, double Weight)[] _stories;

    private CutModel(CutEvidence evidence, CutMixture[] mixtures)
    {
        Evidence = evidence;
        double best = mixtures.Max(static mixture => mixture.Evidence);
        CutMixture[] likely = [.. mixtures.Where(mixture => Math.Exp(mixture.Evidence - best) >= LeastWeight)];
        double sum = likely.Sum(mixture => Math.Exp(mixture.Evidence - best));
        _stories = [.. likely.Select(mixture => (mixture, Math.Exp(mixture.Evidence - best) / sum))];
    }

    private CutModel(CutEvidence evidence, (CutMixture Mixture, double Weight)[] stories)
    {
        Evidence = evidence;
        _stories = stories;
    }

    public CutEvidence Evidence { get; }

    /// <summary>There is no common lag among so many races that one would show.</summary>
    public bool IsLagMissing { get; private init; }

    public static CutModel Fit(GroupTraffic traffic, CutEvidence evidence, IReadOnlyList<CutSample> samples)
    {
        CutReading[] readings = [.. samples.Select(evidence.Of)];
        var model = new CutModel(evidence, [.. evidence.Stories.Select(story => CutMixture.Fit(traffic, evidence, story, samples, readings))]);
        return evidence.CommonLag is { IsFound: true } ? model
            : new CutModel(evidence, model._stories) { IsLagMissing = model.Races(samples) >= LagPower.ErrorsToLocate(evidence.AnswersPerSecond) };
    }

    private double Races(IReadOnlyList<CutSample> samples)
    {
        var chances = new double[CutCauses.Count];
        double races = 0;
        foreach (CutSample sample in samples)
        {
            Judge(sample, chances);
            races += chances[CutCauses.Race];
        }

        return races;
    }

    /// <summary>The chance of each of <see cref="CutCauses"/>; they add up to 1.</summary>
    public void Judge(CutSample sample, Span<double> chances)
    {
        CutReading reading = Evidence.Of(sample);
        Span<double> ofStory = stackalloc double[CutCauses.Count];
        chances.Clear();
        foreach ((CutMixture mixture, double weight) in _stories)
        {
            mixture.Judge(sample, reading, ofStory);
            for (int cause = 0; cause < CutCauses.Count; cause++)
            {
                chances[cause] += weight * ofStory[cause];
            }
        }
    }
}
