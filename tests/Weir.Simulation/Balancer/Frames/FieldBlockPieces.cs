namespace Weir.Simulation.Balancer;

/// <summary>The field block that comes on a connection in one frame or in several. Owned by its <see cref="FrameConnection"/>.</summary>
internal sealed class FieldBlockPieces
{
    private readonly List<byte> _block = [];

    /// <summary>The stream of the block that has begun and not ended; 0: none has.</summary>
    public int Id { get; private set; }

    /// <summary>The stream ends with it.</summary>
    public bool IsEndOfStream { get; private set; }

    /// <summary>Bytes of its frames.</summary>
    public int FrameBytes { get; private set; }

    public void Begin(int id, byte flags)
    {
        Id = id;
        IsEndOfStream = (flags & FrameConnection.EndStream) != 0;
        FrameBytes = 0;
    }

    /// <param name="piece">Of the block.</param>
    /// <param name="payloadBytes">Of its frame.</param>
    public void Add(ReadOnlySpan<byte> piece, int payloadBytes)
    {
        _block.AddRange(piece);
        FrameBytes += FrameConnection.HeaderBytes + payloadBytes;
    }

    /// <summary>It has come whole.</summary>
    public byte[] Take()
    {
        byte[] block = [.. _block];
        _block.Clear();
        Id = 0;
        return block;
    }
}
