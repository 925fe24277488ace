using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>A file system in memory with a fixed size, unmounted with its test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null where mounting is not permitted, as in most containers.</summary>
    public static async Task<SmallDisk?> MountAsync(TempFolder folder, int bytes)
    {
        string path = Directory.CreateDirectory(folder.PathOf("disk")).FullName;
        ProgramRun mount = await ProgramRun.Of(
            "mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", path]);
        return mount.ExitCode == 0 ? new SmallDisk(path) : null;
    }

    // Lazily: a process that still has the log open must not keep the folder.
    public void Dispose() => ProgramRun.Of("umount", ["--lazy", Path]).GetAwaiter().GetResult();
}
