using System.Runtime.InteropServices;

namespace Weir.Reactor;

/// <summary>OSSL_PARAM of OpenSSL 3's headers: a named argument. A list ends with one whose name is null.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OsslParam(byte* key, uint type, void* data, nuint bytes)
{
    public byte* Key = key;
    public uint Type = type;
    public void* Data = data;
    public nuint Bytes = bytes;
    public nuint ReturnedBytes;
}
