namespace Weir.Diagnosis;

/// <summary>How requests come.</summary>
public enum ArrivalPattern
{
    /// <summary>Independently of each other: many clients that know nothing of each other.</summary>
    Poisson,

    /// <summary>One every so often: a poller.</summary>
    Periodic,
}
