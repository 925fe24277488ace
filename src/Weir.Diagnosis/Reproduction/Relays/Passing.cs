namespace Weir.Diagnosis;

/// <summary>What a piece of bytes that passes the relay holds. Immutable.</summary>
/// <param name="Requests">Those that begin in it, by path and stream; of HTTP/1.1 the stream is 0.</param>
/// <param name="HasAnswer">A part of an answer is in it.</param>
/// <param name="GoAway">The code of its sender's GOAWAY, such as `NO_ERROR`, and the last stream that it may have looked at; null if it says none.</param>
internal readonly record struct Passing(IReadOnlyList<(string Key, int StreamId)> Requests, bool HasAnswer, (string Code, int LastStreamId)? GoAway)
{
    public static Passing Nothing => new([], false, null);
}
