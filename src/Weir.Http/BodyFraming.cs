namespace Weir.Http;

/// <summary>How the body of a message is framed on this hop, and its length in bytes where that is known.</summary>
/// <param name="Kind">How the end of the body is found.</param>
/// <param name="LengthBytes">The length if <paramref name="Kind"/> is <see cref="BodyKind.Length"/>, else 0.</param>
public readonly record struct BodyFraming(BodyKind Kind, long LengthBytes)
{
    public static BodyFraming None => default;

    public static BodyFraming Chunked => new(BodyKind.Chunked, 0);

    public static BodyFraming UntilClose => new(BodyKind.UntilClose, 0);

    public static BodyFraming Length(long lengthBytes) => new(BodyKind.Length, lengthBytes);
}
