namespace Weir.Diagnosis;

/// <summary>What came back for a request; immutable.</summary>
/// <param name="StatusCode">0 if there was no whole answer.</param>
/// <param name="KeepAliveSeconds">From <c>Keep-Alive: timeout=N</c>; null if it was not said.</param>
/// <param name="KeepsConnection">Whether the connection may carry another request.</param>
/// <param name="CompletedTimestamp">When its last byte had come.</param>
internal sealed record LaboratoryAnswer(int StatusCode, int? KeepAliveSeconds, bool KeepsConnection, long CompletedTimestamp)
{
    /// <summary>There was no whole answer while there was time for one.</summary>
    public bool IsLate { get; init; }

    /// <summary>What a target that surely speaks HTTP/2 did instead of answering, in a clause; null if that is not sure.</summary>
    public string? Refusal { get; init; }

    public static LaboratoryAnswer None(long timestamp) => new(0, null, false, timestamp);

    public static LaboratoryAnswer Late(long timestamp) => None(timestamp) with { IsLate = true };
}
