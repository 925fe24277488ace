namespace Weir.Http;

/// <summary>What came of handing bytes to <see cref="ChunkedDecoder"/>.</summary>
public enum ChunkedStatus
{
    /// <summary>No data in these bytes; go on with more, behind those not consumed.</summary>
    NeedMore,

    /// <summary>A stretch of data; go on with what follows it.</summary>
    Data,

    /// <summary>The body has ended, trailers included.</summary>
    Complete,

    /// <summary>It is no chunked body: <see cref="ChunkedDecoder.Fault"/> says why.</summary>
    Malformed,
}
