namespace Weir.Diagnosis.Probing;

/// <summary>Why no answer came to a request.</summary>
public enum AnswerFault
{
    None,

    /// <summary>The connection ended, before the answer or in the middle of it.</summary>
    Ended,

    /// <summary>Nothing, or not all of it, came in time.</summary>
    TimedOut,

    /// <summary>What came is not an answer of HTTP/1.1 that a balancer would pass on.</summary>
    Malformed,
}
