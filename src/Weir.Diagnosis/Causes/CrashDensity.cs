namespace Weir.Diagnosis.Causes;

/// <summary>
/// How likely a crash cuts a request of its kind after its time, per millisecond, as against how often there are such requests. A plain value.
/// </summary>
/// <param name="Anytime">Of crashes that come at any moment, and meet what is under way.</param>
/// <param name="Within">Of crashes that come with a request, anywhere in it.</param>
internal readonly record struct CrashDensity(double Anytime, double Within)
{
    // Crashes that come with one kind of request.
    private const double TiedCrashes = 0.35;

    // Requests of a kind that are like any request for once.
    private const double LikeAny = 0.1;

    /// <summary>For a request of whose kind nothing is known, or nothing to be believed.</summary>
    public static CrashDensity OfAny(GroupTraffic traffic, int milliseconds)
    {
        int timeClass = TimeClasses.Of(milliseconds);
        double width = TimeClasses.WidthMilliseconds(timeClass);
        return new CrashDensity(traffic.WhenCut(timeClass) / width, traffic.Within(timeClass) / width);
    }

    /// <summary>For a request of a kind whose ordinary ones take such times.</summary>
    /// <param name="tie">How much likelier an error is of this kind than any request is, by what its other errors say.</param>
    /// <param name="meanTie">The mean of that over all requests: what crashes have more of one kind they have less of the others.</param>
    public static CrashDensity Of(GroupTraffic traffic, in KindTimes kind, int milliseconds, double tie, double meanTie)
    {
        CrashDensity any = OfAny(traffic, milliseconds);
        double lasting = kind.LongerShare(milliseconds), within = kind.InverseMean(milliseconds);
        double anytime = any.Anytime + ((1 - LikeAny) * GroupTraffic.ExplainedShare * (lasting - traffic.LongerShare(milliseconds)) / traffic.MeanMilliseconds);
        double all = 1 - TiedCrashes + (TiedCrashes * meanTie);
        return new CrashDensity(
            (((1 - TiedCrashes) * Math.Max(anytime, LikeAny * any.Anytime)) + (TiedCrashes * tie * lasting / kind.MeanMilliseconds)) / all,
            (((1 - TiedCrashes) * (((1 - LikeAny) * within) + (LikeAny * any.Within))) + (TiedCrashes * tie * within)) / all);
    }

    /// <summary>Of all crashes, where this share of them comes with a request.</summary>
    public double Of(double shareWithin) => ((1 - shareWithin) * Anytime) + (shareWithin * Within);

    /// <summary>The chance that this crash came with its request.</summary>
    public double ShareWithin(double shareWithin) => shareWithin * Within / Math.Max(Of(shareWithin), double.Epsilon);
}
