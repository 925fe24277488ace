namespace Weir.Diagnosis.Probing;

/// <summary>Connections that were closed at about the same age. Immutable.</summary>
public sealed record CloseGroup(TimeSpan Shortest, TimeSpan Longest, int Connections)
{
    // Closes further apart than this are of different settings, not of one timer's grain: gunicorn's threads look about
    // once a second. Source: gunicorn, gthread worker.
    private static readonly TimeSpan _gap = TimeSpan.FromSeconds(1.5);
    private const double GapShare = 0.25;

    /// <summary>Whether one setting may be the reason of both.</summary>
    public static bool AreNear(TimeSpan a, TimeSpan b)
    {
        (TimeSpan shorter, TimeSpan longer) = a < b ? (a, b) : (b, a);
        return longer - shorter <= (shorter * GapShare > _gap ? shorter * GapShare : _gap);
    }
}
