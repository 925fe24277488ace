using System.Runtime.InteropServices;

namespace Weir.Reactor;

/// <summary>
/// An array of struct epoll_event in memory that never moves. The struct is packed to 12 bytes on x64 and 16 bytes
/// elsewhere. // Source: linux/eventpoll.h, EPOLL_PACKED
/// </summary>
internal sealed unsafe class EpollEvents : IDisposable
{
    private static readonly int _stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public EpollEvents(int capacity)
    {
        Capacity = capacity;
        Pointer = (byte*)NativeMemory.AllocZeroed((nuint)(capacity * _stride));
    }

    public int Capacity { get; }

    public byte* Pointer { get; private set; }

    // Callers index below the count that the kernel returned, which is at most Capacity.
    public uint Bits(int index) => *(uint*)(Pointer + (index * _stride));

    public ulong Data(int index) => *(ulong*)(Pointer + (index * _stride) + _dataOffset);

    /// <summary>Fills one event (at least 16 bytes) for epoll_ctl.</summary>
    public static void Write(byte* epollEvent, uint bits, ulong data)
    {
        *(uint*)epollEvent = bits;
        *(ulong*)(epollEvent + _dataOffset) = data;
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
