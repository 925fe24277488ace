namespace Weir.Fuzz.Oracles;

/// <summary>
/// Length and FNV-1a hash of a body that comes in pieces: equal for equal bytes, however they were cut.
/// </summary>
internal struct BodyDigest()
{
    private ulong _hash = 14695981039346656037;

    public long Length { get; private set; }

    public void Add(ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            _hash = (_hash ^ value) * 1099511628211;
        }

        Length += data.Length;
    }

    public override readonly string ToString() => $"{Length}:{_hash:x}";
}
