namespace Weir.Diagnosis;

/// <summary>Which of the two variants of the race is to be shown.</summary>
public enum RaceScenario
{
    /// <summary>The request meets a socket that the target has closed already; the target never sees it.</summary>
    Closed,

    /// <summary>The target handles the request, and closes before the answer gets out.</summary>
    Handled,
}
