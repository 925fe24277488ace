namespace Weir.Diagnosis.Probing;

/// <summary>Why no more requests were counted on a connection.</summary>
public enum CountOutcome
{
    /// <summary>As many were answered as were to be sent, or as there was time for.</summary>
    NoLimitMet,

    /// <summary>The last answer said <c>Connection: close</c>, or GOAWAY came: nobody sends another, and nothing is lost.</summary>
    Announced,

    /// <summary>The target closed without a word: a request on its way is lost.</summary>
    Unannounced,
}
