using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// One of the ways in which a group's cut requests can have come about: is there a race among the causes, and a limit of
/// requests, and can the errors' lags tell? A group is judged by all of them, each for as much as it explains.
/// </summary>
/// <param name="Race">The race's windows; empty where they cannot be told, null where there is no race.</param>
/// <param name="Limit">The time after which a connection at its limit is closed, null where there is no limit.</param>
/// <param name="HasCrashes">Whether processes die in the middle of requests, too.</param>
/// <param name="LogPrior">How likely it is before the errors are looked at one by one, nats.</param>
internal sealed record CutStory(CommonLag[]? Race, CommonLag? Limit, bool HasCrashes, double LogPrior)
{
    // Beforehand: what brings people to look for causes at all. Chosen on the tuning seeds.
    private const double RaceChance = 0.6, LimitChance = 0.28, NeitherChance = 0.12;

    private const double LeastHidden = 1e-9, NatsOfEachBeyond = 0.1, MostOthersNats = 4;

    // Both at once, as against a race alone.
    private const double BothChance = 0.01;

    // Beside a limit of requests. One by one a busy target's times look like those of crashes, and two causes fit any times better than one
    // does, the more of them there are: this is the price of the second, and what each error adds to it.
    private const double CrashesBesideLimit = 1e-4, NatsOfEachBeside = 0.2;

    // A limit is met by connections that are busy: so many answers of a pool within the idle timeout are few, and many.
    private const double FewAnswers = 30, ManyAnswers = 1_000;
    private const double BusyNats = 4;

    // That each comes right after an answer is no pattern of so few errors; of so many it counts half.
    private const double HalfPattern = 4;

    // Some errors may be of another cause, and hide a race's time from those who take all for races. But the more there are of them beyond
    // those that would show it, the less is that likely.
    private static double HiddenNats(double hidden, int errors, double errorsToLocate) =>
        Math.Log(Math.Max(hidden, LeastHidden)) - (Math.Max(errors - errorsToLocate, 0) * NatsOfEachBeyond);

    /// <param name="meanAnswers">Earlier answers of its node and target that an error had within the idle timeout, on average.</param>
    /// <param name="errors">How many errors there are.</param>
    /// <param name="errorsToLocate">How many would show a race's time.</param>
    /// <param name="cuts">How many errors there are with those that are no race for sure, nor a limit.</param>
    public static List<CutStory> All(LagSearch race, CommonLag? second, CommonLag? limit, double meanAnswers, int errors, double errorsToLocate, int cuts)
    {
        var withoutLimit = new List<CutStory>
        {
            new(null, null, true, Math.Log(NeitherChance)),
            new([], null, true, Math.Log(RaceChance) + HiddenNats(race.Hidden, errors, errorsToLocate)),
        };
        if (race.Best is { } best)
        {
            CommonLag[] windows = second is null ? [best] : [best, second];
            // The best window stands for those around it, and for all others that fit nearly as well; those that only seemed to, before they were asked again, count little.
            double others = Math.Clamp(race.LogFit - best.Evidence, 0, MostOthersNats);
            withoutLimit.Add(new CutStory(windows, null, true, Math.Log(RaceChance) + windows.Sum(static window => window.LogPrior) + others));
        }

        if (limit is null)
        {
            return withoutLimit;
        }

        double pattern = (errors - 1) / (errors - 1 + HalfPattern);
        double busy = BusyNats * Math.Clamp(Math.Log(meanAnswers / FewAnswers) / Math.Log(ManyAnswers / FewAnswers), -1, pattern);
        // A race that nothing shows beside a limit would explain nothing but that times vary.
        IEnumerable<CutStory> withLimit = withoutLimit.Where(static story => story.Race is not []).Select(story => story with
        {
            Limit = limit,
            LogPrior = story.LogPrior + limit.LogPrior + busy + Math.Log(story.Race is null ? LimitChance / NeitherChance : BothChance),
        });
        return
        [
            .. withoutLimit,
            .. withLimit.SelectMany(story => (CutStory[])
            [
                story with { LogPrior = story.LogPrior + Math.Log(CrashesBesideLimit) - (cuts * NatsOfEachBeside) },
                story with { HasCrashes = false, LogPrior = story.LogPrior + Math.Log(1 - CrashesBesideLimit) },
            ]),
        ];
    }
}
