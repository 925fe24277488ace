namespace Weir.Diagnosis;

/// <summary>On how many connections of HTTP/2 a target said a GOAWAY of one kind. Immutable.</summary>
/// <param name="Code">As RFC 9113 §7 names it, such as `NO_ERROR`.</param>
/// <param name="Count">One at least.</param>
public sealed record GoAwayCount(string Code, int Count);
