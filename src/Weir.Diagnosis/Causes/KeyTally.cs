namespace Weir.Diagnosis.Causes;

/// <summary>One kind of request (method and path) of one group that met an error: how it has fared since. Owned by <see cref="KeyTallies"/>.</summary>
internal struct KeyTally
{
    /// <summary>Requests from the first error on, that one not counted.</summary>
    public long Requests;

    /// <summary>Cut answers, the first counted.</summary>
    public long Cuts;

    /// <summary>Requests of its group until its first error came, that one counted: what it has is held against those after them.</summary>
    public long GroupRequestsBefore;

    /// <summary>Answered ones that took clearly longer than the cut ones usually had until then.</summary>
    public long AnsweredLonger;

    /// <summary>From how long on an answered one counts as that, ms.</summary>
    public int LongerMilliseconds;

    /// <summary>Cuts among its group's requests until its first error came, that one counted.</summary>
    public int GroupCutsBefore;

    /// <summary>Sums over the answered ones of the class of their time, for what this kind takes.</summary>
    public long ClassSum, ClassSquareSum;

    /// <summary>Sums over the cut ones of ln(ms + 5), for the spread of their times.</summary>
    public double LogSum;

    public double LogSquareSum;

    /// <summary>Requests from the first error on that were answered.</summary>
    public readonly long Answers => Requests - Math.Max(Cuts - 1, 0);

    /// <summary>Of the times until the cut, as logarithms.</summary>
    public readonly double LogVariance => Cuts < 3 ? 0 : Math.Max((LogSquareSum - (LogSum * LogSum / Cuts)) / (Cuts - 1), 0);

    public readonly double TypicalMilliseconds => Cuts == 0 ? 0 : Math.Exp(LogSum / Cuts) - Floor;

    // A limit that is looked at once in a while is kept that much late.
    private const double ClearlyLonger = 1.25;

    // Below it, differences of times say nothing.
    private const double Floor = 5;

    public void Cut(int milliseconds)
    {
        double log = LogOf(milliseconds);
        Cuts++;
        LogSum += log;
        LogSquareSum += log * log;
        LongerMilliseconds = (int)(TypicalMilliseconds * ClearlyLonger) + 1;
    }

    public void Answered(int milliseconds)
    {
        int timeClass = TimeClasses.Of(milliseconds);
        Requests++;
        AnsweredLonger += milliseconds > LongerMilliseconds ? 1 : 0;
        ClassSum += timeClass;
        ClassSquareSum += timeClass * timeClass;
    }

    public static double LogOf(int milliseconds) => Math.Log(Math.Max(milliseconds, 0) + Floor);
}
