namespace Weir.Diagnosis.Sources.S3;

/// <summary>How often and how soon a dropped download is taken up again.</summary>
/// <param name="MaxResumes">Of one object.</param>
/// <param name="FirstDelay">Before the first; doubled for each further one.</param>
/// <param name="StallTime">How long nothing may come before the connection counts as dropped.</param>
internal sealed record S3Patience(int MaxResumes, TimeSpan FirstDelay, TimeSpan StallTime)
{
    private static readonly TimeSpan _maxDelay = TimeSpan.FromSeconds(10);

    public static S3Patience Default { get; } = new(SourceLimits.MaxResumes, TimeSpan.FromMilliseconds(200), SourceLimits.StallTime);

    public TimeSpan DelayBefore(int resume)
    {
        TimeSpan delay = FirstDelay * Math.Pow(2, resume - 1);
        return delay < _maxDelay ? delay : _maxDelay;
    }
}
