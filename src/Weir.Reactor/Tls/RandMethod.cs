using System.Runtime.InteropServices;

namespace Weir.Reactor;

/// <summary>RAND_METHOD of OpenSSL 3's headers: where random bytes come from. Functions return 1 for success.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RandMethod
{
    public delegate* unmanaged<void*, int, int> Seed;
    public delegate* unmanaged<byte*, int, int> Bytes;
    public delegate* unmanaged<void> Cleanup;
    public delegate* unmanaged<void*, int, double, int> Add;
    public delegate* unmanaged<byte*, int, int> PseudoBytes;
    public delegate* unmanaged<int> Status;
}
