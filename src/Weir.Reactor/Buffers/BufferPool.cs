namespace Weir.Reactor;

/// <summary>
/// The buffers of one loop, in six sizes. A buffer is rented when bytes are there to be read and given back when
/// they are gone, so that an idle connection holds none. What is given back is kept, and let go slowly when it stays
/// unused. Not thread-safe; buffers never pass between loops.
/// </summary>
public sealed class BufferPool
{
    /// <summary>
    /// Sizes in bytes. 128 K holds a request line (16 K) and all request headers (64 K); 256 K holds that with what is added to it;
    /// 512 K holds that behind what else waits to be sent on a connection of HTTP/2.
    /// </summary>
    public static readonly int[] SizesInBytes = [4 * 1024, 16 * 1024, 64 * 1024, 128 * 1024, 256 * 1024, 512 * 1024];

    /// <summary>
    /// The most bytes that free buffers of all sizes may keep: 4,096 bodies in pieces of 64 K. A loop that needs more at
    /// once pays with allocations, so that one spike cannot fill the machine until <see cref="Trim"/> has worked it off.
    /// </summary>
    public const long MaxKeptBytes = 256L * 1024 * 1024;

    // The last one is the one used last, whose bytes the processor's caches may still hold.
    private readonly List<byte[]>[] _free = [new(64), new(64), new(64), new(16), new(4), new(4)];

    // Of each size, the fewest that were free at any time since the last trim: these nobody has needed.
    private readonly int[] _unused = new int[SizesInBytes.Length];

    /// <summary>Buffers in use. Must return to 0 when nothing runs; a leak shows here.</summary>
    public int Rented { get; private set; }

    /// <summary>Bytes in use and kept.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Bytes of free buffers.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>A buffer of at least <paramref name="bytes"/>, at most the largest size.</summary>
    public byte[] Rent(int bytes)
    {
        int size = SizeIndex(bytes);
        Rented++;
        List<byte[]> free = _free[size];
        if (free.Count > 0)
        {
            byte[] buffer = free[^1];
            free.RemoveAt(free.Count - 1);
            _unused[size] = Math.Min(_unused[size], free.Count);
            KeptBytes -= buffer.Length;
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
        if (KeptBytes + buffer.Length <= MaxKeptBytes)
        {
            _free[size].Add(buffer);
            KeptBytes += buffer.Length;
        }
        else
        {
            TotalBytes -= buffer.Length;
        }
    }

    /// <summary>
    /// Leaves half of what has stayed unused since the last call to the collector. Called at regular times: after a peak
    /// the pool then shrinks within some calls, and in a steady load with its ups and downs it allocates nothing.
    /// </summary>
    public void Trim()
    {
        for (int size = 0; size < _free.Length; size++)
        {
            List<byte[]> free = _free[size];
            int dropped = (_unused[size] + 1) / 2;
            free.RemoveRange(0, dropped);
            long bytes = (long)dropped * SizesInBytes[size];
            KeptBytes -= bytes;
            TotalBytes -= bytes;
            _unused[size] = free.Count;
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
