namespace Weir.Diagnosis.Causes;

/// <summary>One kind of request (method and path) of one group that met an error: how it has fared since. Owned by <see cref="KeyTallies"/>.</summary>
internal struct KeyTally
{
    /// <summary>Requests from the first error on, that one not counted.</summary>
    public long Requests;

    /// <summary>Cut answers, the first counted.</summary>
    public int Cuts;

    /// <summary>Requests of its group until its first error came, that one counted: what it has is held against those after them.</summary>
    public long GroupRequestsBefore;

    /// <summary>Answered ones that took clearly longer than the cut ones usually had until then.</summary>
    public long AnsweredLonger;

    /// <summary>From how long on an answered one counts as that, ms.</summary>
    public int LongerMilliseconds;

    /// <summary>Cuts among its group's requests until its first error came, that one counted.</summary>
    public int GroupCutsBefore;

    /// <summary>Sums over the <see cref="Timed"/> answered ones of the class of their time, for what this kind takes.</summary>
    public uint ClassSum, ClassSquareSum;

    /// <summary>Sums over the cut ones of ln(ms + 5), for the spread of their times.</summary>
    public double LogSum;

    public double LogSquareSum;

    /// <summary>Requests from the first error on that were answered.</summary>
    public readonly long Answers => Requests - Math.Max(Cuts - 1, 0);

    /// <summary>Of the times until the cut, as logarithms.</summary>
    public readonly double LogVariance => Cuts < 3 ? 0 : Math.Max((LogSquareSum - (LogSum * LogSum / Cuts)) / (Cuts - 1), 0);

    public readonly double TypicalMilliseconds => Cuts == 0 ? 0 : Math.Exp(LogSum / Cuts) - Floor;

    /// <summary>How many answered ones are in the sums of their classes.</summary>
    public readonly long Timed => Math.Min(Answers, MostTimed);

    // So many tell all that more would, and the sums of their classes are 32 bits.
    private const long MostTimed = 4_000_000;

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
        if (Answers < MostTimed)
        {
            var timeClass = (uint)TimeClasses.Of(milliseconds);
            ClassSum += timeClass;
            ClassSquareSum += timeClass * timeClass;
        }

        Requests++;
        AnsweredLonger += milliseconds > LongerMilliseconds ? 1 : 0;
    }

    public static double LogOf(int milliseconds) => Math.Log(Math.Max(milliseconds, 0) + Floor);
}
