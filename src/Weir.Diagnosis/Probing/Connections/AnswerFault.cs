namespace Weir.Diagnosis.Probing;

/// <summary>Why no answer came to a request.</summary>
public enum AnswerFault
{
    None,

    /// <summary>The connection ended, before the answer or in the middle of it.</summary>
    Ended,

    /// <summary>Nothing, or not all of it, came in time.</summary>
    TimedOut,

    /// <summary>What came is not an answer that a balancer would pass on.</summary>
    Malformed,

    /// <summary>Over HTTP/2, the target says that it has not looked at the request: it may be sent again.</summary>
    Refused,

    /// <summary>Over HTTP/2, the target ended the stream in place of an answer.</summary>
    StreamReset,
}
