namespace Weir.Diagnosis.Causes;

/// <summary>One kind of request (method and path) of one group that met an error: how it has fared since. Owned by <see cref="KeyTallies"/>.</summary>
internal struct KeyTally
{
    /// <summary>Requests from the first error on, that one not counted.</summary>
    public long Requests;

    /// <summary>Cut answers, the first counted.</summary>
    public long Cuts;

    /// <summary>Sums over the cut ones of ln(ms + 5), for the spread of their times.</summary>
    public double LogSum;

    public double LogSquareSum;

    /// <summary>Of the times until the cut, as logarithms.</summary>
    public readonly double LogVariance => Cuts < 3 ? 0 : Math.Max((LogSquareSum - (LogSum * LogSum / Cuts)) / (Cuts - 1), 0);

    public readonly double TypicalMilliseconds => Cuts == 0 ? 0 : Math.Exp(LogSum / Cuts) - Floor;

    // Below it, differences of times say nothing.
    private const double Floor = 5;

    public static double LogOf(int milliseconds) => Math.Log(Math.Max(milliseconds, 0) + Floor);
}
