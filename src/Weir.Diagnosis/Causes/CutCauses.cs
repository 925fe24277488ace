namespace Weir.Diagnosis.Causes;

/// <summary>The causes of a request that was sent and got no answer, in the order in which models number them.</summary>
internal static class CutCauses
{
    public const int Race = 0, Limit = 1, Restart = 2, Timeout = 3, Crash = 4, Malformed = 5, Deregistration = 6, Unknown = 7;

    public const int Count = 8;

    private static readonly Cause[] _all =
    [
        Cause.KeepaliveRace, Cause.RequestLimitClose, Cause.TargetRestart, Cause.TargetTimeout, Cause.TargetCrash,
        Cause.MalformedResponse, Cause.Deregistration, Cause.Unknown,
    ];

    public static Cause At(int index) => _all[index];
}
