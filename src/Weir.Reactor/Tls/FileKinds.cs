using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>Tells what a path leads to without opening it: a FIFO would be waited for, and a device may act.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class FileKinds
{
    /// <summary>The kind of what is there, behind all links.</summary>
    public static FileKind Of(string file)
    {
        // The call writes one whole struct, which fits, and reads the path up to its final zero.
        byte[] path = Encoding.UTF8.GetBytes(file + '\0');
        byte* found = stackalloc byte[LinuxAbi.StatxBytes];
        int result;
        fixed (byte* first = path)
        {
            result = LibC.statx(LinuxAbi.AT_FDCWD, first, 0, LinuxAbi.STATX_TYPE, found);
        }

        return result != 0 ? FileKind.Unknown : (*(ushort*)(found + LinuxAbi.StatxMode) & LinuxAbi.S_IFMT) switch
        {
            LinuxAbi.S_IFREG => FileKind.Regular,
            LinuxAbi.S_IFDIR => FileKind.Folder,
            _ => FileKind.Other,
        };
    }
}
