namespace Weir.Diagnosis.Logs;

/// <summary>
/// Lets details of good requests pass: of the first all, then of one request in two, in four, and so on, each time for
/// <see cref="LogPipelineLimits.SamplesPerLevel"/> of them. Which ones depends on the requests alone, not on who parses them.
/// </summary>
internal sealed class SampleThinning(int samplesPerLevel = LogPipelineLimits.SamplesPerLevel)
{
    private int _level;
    private int _passedOfLevel;

    /// <summary>Asked from any thread, and before <see cref="Pass"/>: what does not pass here never will.</summary>
    public bool MayPass(in LoggedRequest request) => request.SampleLevel >= Volatile.Read(ref _level);

    /// <summary>Asked once of each, in the order of the log, on one thread.</summary>
    public bool Pass(in LoggedRequest request)
    {
        if (!MayPass(in request))
            return false;

        if (++_passedOfLevel == samplesPerLevel)
        {
            _passedOfLevel = 0;
            Volatile.Write(ref _level, _level + 1);
        }

        return true;
    }
}
