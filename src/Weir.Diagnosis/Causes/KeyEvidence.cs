namespace Weir.Diagnosis.Causes;

/// <summary>Whether the errors of a group belong to one kind of request. Pure.</summary>
internal static class KeyEvidence
{
    // Shares of failing requests, from all down to one in a thousand, evenly by their logarithm.
    private const double LeastShare = 0.001;
    private const int ShareSteps = 16;

    // What is answered with garbage nearly always is. Less often than this, and something else is the matter, or some clients are.
    private const double UsualShare = 0.15;

    // A refused answer that nothing ties to its kind of request.
    private const double Untied = 0.02;

    // A request that comes just when its connection closes does not do so each time; of a few it may seem so.
    private const double MostByChance = 0.5, ConstantNats = 4;
    private const int FewCuts = 5;

    private const double MostByCrash = 0.5;

    // What speaks against a limit that most requests of a kind outlast.
    private const double OutlastedNats = 6;

    /// <summary>For a refused answer whose kind of request nobody counts any more: as for one that came alone.</summary>
    public const double Unknown = -2;

    /// <summary>Nats for a refused answer: those come with a kind of request, and with most requests of it.</summary>
    public static double OfMalformed(in KeyTally tally, GroupState group)
    {
        (double chance, double trafficShare, double errorShare) = Of(tally, group);
        return Math.Log(Untied + (chance / trafficShare * Math.Pow(Math.Min(errorShare / UsualShare, 1), 1.5)));
    }

    /// <summary>
    /// The mean of <see cref="Tie"/> over all requests: what crashes have more of some kinds they have less of the others. Kinds that met no error count as
    /// any request.
    /// </summary>
    public static double MeanTie(IEnumerable<KeyTally> kinds, GroupState group)
    {
        double sum = 0, shares = 0;
        foreach (KeyTally kind in kinds)
        {
            (double chance, double trafficShare, _) = Of(kind, group);
            sum += (trafficShare * (1 - chance)) + chance;
            shares += trafficShare;
        }

        return (sum / Math.Max(shares, 1)) + Math.Max(1 - shares, 0);
    }

    /// <summary>What brings a process down once is seldom answered, but a crash that meets nearly every request of a kind is rarer yet.</summary>
    public static double OfConstantCrash(in KeyTally tally) => MostByCrash * OfChance(tally);

    /// <summary>Nats for a limit of the target's: hardly a request of a kind is answered after more than the time at which it cuts them.</summary>
    public static double OfTimeout(in KeyTally tally) => -OutlastedNats * tally.AnsweredLonger / (tally.AnsweredLonger + tally.Cuts);

    /// <summary>Nats for a close that has nothing to do with the request: one that met every second request of a kind, or more, hardly has not.</summary>
    public static double OfChance(in KeyTally tally)
    {
        double share = tally.Cuts / (tally.Requests + 1.0);
        return tally.Cuts < FewCuts ? 0 : -ConstantNats * Math.Clamp((share - MostByChance) / (1 - MostByChance), 0, 1);
    }

    /// <summary>How much likelier an error is of this kind of request than any request is, by what its other errors say.</summary>
    public static double Tie(in KeyTally tally, GroupState group)
    {
        (double chance, double trafficShare, _) = Of(tally, group);
        return 1 - chance + (chance / trafficShare);
    }

    // The chance that this kind of request has errors of its own making; its share of the traffic; and the share of it that fails. The
    // error by which it came to be looked at is not counted. Beforehand a kind is as likely to blame as it has traffic: rare
    // kinds are many.
    private static (double Chance, double TrafficShare, double ErrorShare) Of(in KeyTally tally, GroupState group)
    {
        double errors = tally.Cuts - 1, requests = tally.Requests;
        double all = group.Answered + group.Cuts - tally.GroupRequestsBefore + 1;
        double others = Math.Clamp((group.Cuts - tally.GroupCutsBefore - errors + 0.5) / (all - requests), 1e-9, 0.5);
        double common = LogBinomial(errors, requests, others);
        double sum = 0;
        for (int step = 0; step < ShareSteps; step++)
        {
            sum += Math.Exp(Math.Min(LogBinomial(errors, requests, Math.Pow(LeastShare, (step + 0.5) / ShareSteps)) - common, 50)) / ShareSteps;
        }

        double trafficShare = (requests + 1) / all;
        double odds = sum * trafficShare;
        return (odds / (1 + odds), trafficShare, (errors + 0.5) / (requests + 1));
    }

    private static double LogBinomial(double errors, double requests, double share) =>
        (errors * Math.Log(share)) + ((requests - errors) * Math.Log(1 - share));
}
