using Microsoft.Win32.SafeHandles;

namespace Weir.AccessLogs;

/// <summary>
/// A regular file that only grows, by whole units: what could not be written whole is cut off again, if need be before the
/// next append. Owned by one destination. Failures are causes, never exceptions.
/// </summary>
internal sealed class AppendFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    // Where the file must be cut before anything is added, because cutting it failed; -1 if nowhere.
    private long _cutAt = -1;

    private AppendFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens for appending. Null, with the reason, if that cannot be done.</summary>
    public static AppendFile? TryOpen(string path, FileMode mode, out string? cause)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Other processes may rotate, read or cut the file: no sharing is denied.
            handle = File.OpenHandle(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            // A pipe has no length and cannot be cut: refused here, and not at the first line.
            long length = RandomAccess.GetLength(handle);
            // A killed process may have left part of a line: what is added must not become the rest of it.
            if (length > 0 && !EndsWithNewline(path, length))
                RandomAccess.Write(handle, "\n"u8, length);
            cause = null;
            return new AppendFile(handle);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            handle?.Dispose();
            cause = failure.Message;
            return null;
        }
    }

    /// <summary>
    /// Adds <paramref name="bytes"/>. On failure as many whole lines of them as fit are left, or with
    /// <paramref name="keepWholeLines"/> off nothing. Returns how many bytes were added for good.
    /// </summary>
    public int Append(ReadOnlySpan<byte> bytes, bool keepWholeLines, out string? cause)
    {
        if (!TryMend(out cause))
            return 0;

        long start = -1;
        try
        {
            // Asked every time: logrotate's copytruncate may have emptied the file.
            start = RandomAccess.GetLength(_handle);
            RandomAccess.Write(_handle, bytes, start);
            cause = null;
            return bytes.Length;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            cause = failure.Message;
            return start < 0 ? 0 : CutBack(bytes, start, keepWholeLines);
        }
    }

    /// <summary>Makes sure that the file ends with a whole unit.</summary>
    public bool TryMend(out string? cause)
    {
        cause = null;
        return _cutAt < 0 || TryCut(out cause);
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>What a file system may answer at any time.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or NotSupportedException;

    private static bool EndsWithNewline(string path, long length)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> last = stackalloc byte[1];
            return RandomAccess.Read(handle, last, length - 1) == 0 || last[0] == (byte)'\n';
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            // May be written but not read: nothing can be known, and nothing is changed.
            return true;
        }
    }

    private int CutBack(ReadOnlySpan<byte> bytes, long start, bool keepWholeLines)
    {
        int reached = 0;
        try
        {
            reached = (int)Math.Clamp(RandomAccess.GetLength(_handle) - start, 0, bytes.Length);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            // Unknown is taken as nothing: the cut removes whatever there is.
        }

        int kept = keepWholeLines ? bytes[..reached].LastIndexOf((byte)'\n') + 1 : 0;
        if (kept != reached)
        {
            _cutAt = start + kept;
            TryCut(out _);
        }

        return kept;
    }

    private bool TryCut(out string? cause)
    {
        try
        {
            // Never longer: another process may have cut the file meanwhile.
            if (RandomAccess.GetLength(_handle) > _cutAt)
                RandomAccess.SetLength(_handle, _cutAt);
            _cutAt = -1;
            cause = null;
            return true;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            cause = failure.Message;
            return false;
        }
    }
}
