namespace Weir.Diagnosis.Causes;

/// <summary>What a group's ordinary requests say about its cut ones. Immutable; made once the log is read.</summary>
internal sealed class GroupTraffic
{
    /// <summary>Part of the cut times that the ordinary ones explain; the others are hung requests, and servers that died slowly.</summary>
    public const double ExplainedShare = 0.75;

    private readonly double[] _whenCut = new double[TimeClasses.Count];
    private readonly double[] _within = new double[TimeClasses.Count];
    private readonly double[] _ordinary = new double[TimeClasses.Count];

    public GroupTraffic(GroupState group)
    {
        Group = group;
        double total = group.AnswerTimes.Sum() + 1.0;
        for (int i = 0; i < TimeClasses.Count; i++)
        {
            _ordinary[i] = (group.AnswerTimes[i] + (1.0 / TimeClasses.Count)) / total;
        }

        // How old a request is at a moment that has nothing to do with it: as likely as it is to live that long.
        double alive = 1;
        double sum = 0;
        for (int i = 0; i < TimeClasses.Count; i++)
        {
            alive -= _ordinary[i] / 2;
            _whenCut[i] = Math.Max(alive, 0) * TimeClasses.WidthMilliseconds(i);
            alive -= _ordinary[i] / 2;
            sum += _whenCut[i];
        }

        for (int i = 0; i < TimeClasses.Count; i++)
        {
            _whenCut[i] = (ExplainedShare * _whenCut[i] / sum) + ((1 - ExplainedShare) / TimeClasses.Count);
        }

        MeanMilliseconds = Math.Max(sum, 0.5);
        double answered = Math.Max(group.AnswerTimes.Sum(), 1);
        double mean = group.AnswerTimes.Select(static (count, i) => (double)count * i).Sum() / answered;
        Classes = (mean, (group.AnswerTimes.Select(static (count, i) => (double)count * i * i).Sum() / answered) - (mean * mean));
        double below = 0;
        int median = 0;
        while (median < TimeClasses.Count - 1 && (below += _ordinary[median]) < 0.5)
        {
            median++;
        }

        MedianMilliseconds = (int)TimeClasses.StartMilliseconds(median);
        for (int whole = 0; whole < TimeClasses.Count; whole++)
        {
            AddPartsOf(whole);
        }
    }

    public GroupState Group { get; }

    /// <summary>Whether there is any: of a log that holds errors alone nobody can tell what share of requests they are, or what came before them.</summary>
    public bool IsSeen => Group.Answered >= Group.Cuts;

    /// <summary>The chance that a request cut at any moment is cut after a time of this class.</summary>
    public double WhenCut(int timeClass) => _whenCut[timeClass];

    /// <summary>The chance that a request that fails anywhere between its begin and its end, each as likely, is cut after a time of this class.</summary>
    public double Within(int timeClass) => _within[timeClass];

    /// <summary>The chance that an ordinary request takes a time of this class.</summary>
    public double Ordinary(int timeClass) => _ordinary[timeClass];

    /// <summary>Of an ordinary request's time.</summary>
    public double MeanMilliseconds { get; }

    /// <summary>Mean and variance of the class of an ordinary request's time.</summary>
    public (double Mean, double Variance) Classes { get; }

    /// <summary>Half of the ordinary requests take no longer than about this.</summary>
    public int MedianMilliseconds { get; }

    /// <summary>The share of ordinary requests that take longer than this.</summary>
    public double LongerShare(int milliseconds)
    {
        int timeClass = TimeClasses.Of(milliseconds);
        double into = (milliseconds + 1 - TimeClasses.StartMilliseconds(timeClass)) / TimeClasses.WidthMilliseconds(timeClass);
        double sum = _ordinary[timeClass] * Math.Max(1 - into, 0);
        for (int i = timeClass + 1; i < TimeClasses.Count; i++)
        {
            sum += _ordinary[i];
        }

        return sum;
    }

    // Of times spread evenly over a class from a to 2a, the mean of 1/time is ln 2 / a: so dense lie their parts below a.
    private void AddPartsOf(int whole)
    {
        double left = 1;
        for (int i = 0; i < whole; i++)
        {
            double part = TimeClasses.WidthMilliseconds(i) * Math.Log(2) / TimeClasses.StartMilliseconds(whole);
            _within[i] += part * _ordinary[whole];
            left -= part;
        }

        _within[whole] += left * _ordinary[whole];
    }
}
