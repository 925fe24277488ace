namespace Weir.Diagnosis.Causes;

/// <summary>Whether the errors of a group belong to one kind of request. Pure.</summary>
internal static class KeyEvidence
{
    public const double Most = 7;
    private const double Least = -4;

    // Where nearly all requests are of one kind, that kind has nearly all errors, whatever the cause.
    private const double CommonShare = 0.7;

    /// <summary>
    /// Nats by which "this kind of request has its own share of errors" is likelier than "it has the others' share". The
    /// error by which the kind came to be looked at is not counted.
    /// </summary>
    public static double Of(in KeyTally tally, GroupState group)
    {
        double otherRequests = group.Answered + group.Cuts - tally.Requests - 1;
        if (otherRequests < (1 - CommonShare) * (group.Answered + group.Cuts))
        {
            return 0;
        }

        double errors = tally.Cuts - 1, requests = tally.Requests;
        double elsewhere = (group.Cuts - tally.Cuts + 0.5) / (otherRequests + 1);
        elsewhere = Math.Clamp(elsewhere, 1e-9, 0.5);
        double own = LogBeta(errors + 1, requests - errors + 1);
        double common = (errors * Math.Log(elsewhere)) + ((requests - errors) * Math.Log(1 - elsewhere));
        return Math.Clamp(own - common, Least, Most);
    }

    // ln B(a, b) for whole a and b of any size, by Stirling's series.
    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    private static double LogGamma(double x)
    {
        double shift = 0;
        while (x < 8)
        {
            shift -= Math.Log(x++);
        }

        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x));
    }
}
