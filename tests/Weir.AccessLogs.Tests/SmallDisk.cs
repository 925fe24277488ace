using System.Diagnostics;

namespace Weir.AccessLogs.Tests;

/// <summary>A file system of a few kilobytes, where the user may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _mountPoint = new();

    private SmallDisk()
    {
    }

    public string Path => _mountPoint.Path;

    public static SmallDisk? TryMount(int kilobytes)
    {
        var disk = new SmallDisk();
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", disk.Path))
            return disk;

        disk._mountPoint.Dispose();
        return null;
    }

    public string File(string name) => _mountPoint.File(name);

    /// <summary>Fills the disk but for some bytes.</summary>
    public void FillExcept(int bytes)
    {
        string ballast = File("ballast");
        using (var file = System.IO.File.Create(ballast, bufferSize: 0))
        {
            try
            {
                while (true)
                    file.Write(new byte[512]);
            }
            catch (IOException)
            {
                // Full is what was wanted.
            }
        }

        using var cut = System.IO.File.OpenWrite(ballast);
        cut.SetLength(cut.Length - bytes);
    }

    public void Free() => System.IO.File.Delete(File("ballast"));

    public void Dispose()
    {
        Run("umount", Path);
        _mountPoint.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
