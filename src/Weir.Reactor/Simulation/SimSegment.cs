namespace Weir.Reactor;

/// <summary>Some bytes on their way: in a send queue, in flight, or in a receive queue. Pooled by its network.</summary>
internal sealed class SimSegment(int capacityBytes)
{
    public readonly byte[] Buffer = new byte[capacityBytes];
    public int Start;
    public int Length;
    public SimSegment? Next;

    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(Start, Length);
}
