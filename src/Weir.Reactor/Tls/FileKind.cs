namespace Weir.Reactor;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    /// <summary>Nothing, or the system does not say.</summary>
    Unknown,

    /// <summary>Bytes on a disk, which end, and can be read again.</summary>
    Regular,

    Folder,

    /// <summary>A FIFO, a device, a socket: to open or to read it may take without end.</summary>
    Other,
}
