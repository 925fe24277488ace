namespace Weir.Diagnosis.Probing;

/// <summary>How far the answer on a stream of HTTP/2 is.</summary>
internal enum StreamState
{
    /// <summary>Not all of it has come.</summary>
    Open,

    /// <summary>It is whole.</summary>
    Answered,

    /// <summary>The target has not looked at the request: its GOAWAY or REFUSED_STREAM says so.</summary>
    Refused,

    /// <summary>The target has reset the stream.</summary>
    Reset,

    /// <summary>What came is no answer.</summary>
    Malformed,
}
