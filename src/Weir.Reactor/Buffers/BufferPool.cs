namespace Weir.Reactor;

/// <summary>
/// The buffers of one loop, in five sizes. A buffer is rented when bytes are there to be read and given back when
/// they are gone, so that an idle connection holds none. Not thread-safe; buffers never pass between loops.
/// </summary>
public sealed class BufferPool
{
    /// <summary>Sizes in bytes. 128 K holds a request line (16 K) and all request headers (64 K); 256 K holds that with what is added to it.</summary>
    public static readonly int[] SizesInBytes = [4 * 1024, 16 * 1024, 64 * 1024, 128 * 1024, 256 * 1024];

    /// <summary>Free buffers kept for each size, in bytes in all; more than that is left to the collector.</summary>
    public const int KeptBytesPerSize = 16 * 1024 * 1024;

    private readonly Stack<byte[]>[] _free = [new(64), new(64), new(64), new(16), new(4)];

    /// <summary>Buffers in use. Must return to 0 when nothing runs; a leak shows here.</summary>
    public int Rented { get; private set; }

    /// <summary>Bytes in use and kept.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>A buffer of at least <paramref name="bytes"/>, at most the largest size.</summary>
    public byte[] Rent(int bytes)
    {
        int size = SizeIndex(bytes);
        Rented++;
        if (_free[size].TryPop(out byte[]? buffer))
        {
            return buffer;
        }

        TotalBytes += SizesInBytes[size];
        // Pinned, so that the collector never moves a buffer of which the kernel holds an address.
        return GC.AllocateUninitializedArray<byte>(SizesInBytes[size], pinned: true);
    }

    /// <summary>Gives a rented buffer back; the caller must not keep a span of it.</summary>
    public void Return(byte[] buffer)
    {
        int size = SizeIndex(buffer.Length);
        Rented--;
        if ((long)_free[size].Count * buffer.Length < KeptBytesPerSize)
        {
            _free[size].Push(buffer);
        }
        else
        {
            TotalBytes -= buffer.Length;
        }
    }

    private static int SizeIndex(int bytes)
    {
        for (int i = 0; i < SizesInBytes.Length; i++)
        {
            if (bytes <= SizesInBytes[i])
            {
                return i;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "larger than the largest buffer");
    }
}
