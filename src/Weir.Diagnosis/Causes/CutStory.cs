using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// One of the ways in which a group's cut requests can have come about: is there a race among the causes, and a limit of
/// requests, and can the errors' lags tell? A group is judged by all of them, each for as much as it explains.
/// </summary>
/// <param name="Race">The race's windows; empty where they cannot be told, null where there is no race.</param>
/// <param name="Limit">The time after which a connection at its limit is closed, null where there is no limit.</param>
/// <param name="LogPrior">How likely it is before the errors are looked at one by one, nats.</param>
internal sealed record CutStory(CommonLag[]? Race, CommonLag? Limit, double LogPrior)
{
    // Beforehand: what brings people to look for causes at all. Chosen on the tuning seeds.
    private const double RaceChance = 0.6, LimitChance = 0.28, NeitherChance = 0.12;

    // Both at once, as against a race alone.
    private const double BothChance = 0.01;

    // A limit is met by connections that are busy: so many answers of a pool within the idle timeout are few, and many.
    private const double FewAnswers = 30, ManyAnswers = 1_000;
    private const double BusyNats = 4;

    // That each comes right after an answer is no pattern of so few errors; of so many it counts half.
    private const double HalfPattern = 4;

    /// <param name="meanAnswers">Earlier answers of its node and target that an error had within the idle timeout, on average.</param>
    /// <param name="errors">How many errors there are.</param>
    public static List<CutStory> All(LagSearch race, CommonLag? second, CommonLag? limit, double meanAnswers, int errors)
    {
        var withoutLimit = new List<CutStory>
        {
            new(null, null, Math.Log(NeitherChance)),
            new([], null, Math.Log(RaceChance * Math.Max(race.Hidden, 1e-9))),
        };
        if (race.Best is { } best)
        {
            CommonLag[] windows = second is null ? [best] : [best, second];
            // The best window stands for those around it, and for all others that fit nearly as well.
            double others = Math.Max(race.LogFit - best.Evidence, 0);
            withoutLimit.Add(new CutStory(windows, null, Math.Log(RaceChance) + windows.Sum(static window => window.LogPrior) + others));
        }

        if (limit is null)
        {
            return withoutLimit;
        }

        double pattern = (errors - 1) / (errors - 1 + HalfPattern);
        double busy = BusyNats * Math.Clamp(Math.Log(meanAnswers / FewAnswers) / Math.Log(ManyAnswers / FewAnswers), -1, pattern);
        // A race that nothing shows beside a limit would explain nothing but that times vary.
        return [.. withoutLimit, .. withoutLimit.Where(static story => story.Race is not []).Select(story => story with
        {
            Limit = limit,
            LogPrior = story.LogPrior + limit.LogPrior + busy + Math.Log(story.Race is null ? LimitChance / NeitherChance : BothChance),
        })];
    }
}
