namespace Weir.Balancer;

/// <summary>What a line of the explain log is about.</summary>
internal enum ExplainKind : byte
{
    /// <summary>An exchange failed.</summary>
    Failure,

    /// <summary>A request met the close of its connection and was saved by being sent once more.</summary>
    Retried,

    /// <summary>A connection was not used again for its age, and the target did close it.</summary>
    NearMiss,
}
