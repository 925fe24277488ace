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

    /// <summary>The spread of the times until the cut, as a factor's logarithm.</summary>
    public readonly double LogSpread => Cuts < 2 ? 0 : Math.Sqrt(Math.Max((LogSquareSum / Cuts) - (LogSum / Cuts * (LogSum / Cuts)), 0));

    public readonly double TypicalMilliseconds => Cuts == 0 ? 0 : Math.Exp(LogSum / Cuts) - 5;
}
