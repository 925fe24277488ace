using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Weir.Reactor;

/// <summary>
/// Reads the files that certificates, keys, authorities and revocation lists are in. A file that can be read again is read each
/// time; what can be read only once, as a FIFO or a shell's <c>&lt;(…)</c>, is read to its end the first time and kept, for as long as
/// this is. For one thread.
/// </summary>
/// <param name="time">When a file was read; without it, whoever looks at it again reads it again.</param>
public sealed class TlsFiles(TimeProvider? time = null)
{
    private const int FirstBytes = 16 * 1024;

    // Keys too: they can be had from nowhere else when the configuration is made again.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _kept = new(StringComparer.Ordinal);

    private Dictionary<string, TlsFileLook> _looks = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether nothing but regular files is opened any more. Whoever starts can wait for the writer of a FIFO; whoever serves cannot.
    /// </summary>
    public bool OpensOnlyRegularFiles { get; set; }

    /// <summary>Whether it was read once and for all, so that it never changes.</summary>
    public bool IsKept(string file) => _kept.ContainsKey(file);

    /// <summary>
    /// What was read since this was last asked, by file: of one that was read several times the first, so that a change in between
    /// is seen by the next look. What is kept is not among them.
    /// </summary>
    public IReadOnlyDictionary<string, TlsFileLook> TakeLooks()
    {
        Dictionary<string, TlsFileLook> taken = _looks;
        _looks = new Dictionary<string, TlsFileLook>(StringComparer.Ordinal);
        return taken;
    }

    /// <summary>Hands out the bytes of a file for the duration of a call. No copy of them stays, unless they are kept.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What is in it, for a problem's sentence.</param>
    /// <param name="maxBytes">A larger one is not read to its end.</param>
    /// <param name="use">Gets the bytes; its result is this call's.</param>
    /// <returns>One sentence that names the file and says why there are no bytes of it, or what <paramref name="use"/> returns.</returns>
    [SupportedOSPlatform("linux")]
    internal string? Use(string file, string what, int maxBytes, Func<ReadOnlyMemory<byte>, string?> use)
    {
        if (_kept.TryGetValue(file, out ReadOnlyMemory<byte> kept))
        {
            return use(kept);
        }

        DateTimeOffset now = time?.GetUtcNow() ?? default;
        FileKind kind = FileKinds.Of(file);
        if (Unopened(kind, file, what) is { } problem)
        {
            _looks.TryAdd(file, TlsFileLook.Unreadable(now, maxBytes));
            return problem;
        }

        byte[] buffer;
        int bytes;
        bool canBeReadAgain;
        try
        {
            // Without a buffer of its own, in which a key would stay.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            canBeReadAgain = kind != FileKind.Other && stream.CanSeek;
            // Before it is read: what is written meanwhile gets a later one.
            DateTimeOffset writtenAt = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
            long length = canBeReadAgain ? stream.Length : 0;
            buffer = ReadToEnd(stream, length, maxBytes, out bytes);
            if (canBeReadAgain)
            {
                _looks.TryAdd(file, new TlsFileLook(length, writtenAt, TlsFileLook.DigestOf(buffer.AsSpan(0, bytes)), now, maxBytes));
            }
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            _looks.TryAdd(file, TlsFileLook.Unreadable(now, maxBytes));
            return exception is FileNotFoundException or DirectoryNotFoundException
                ? $"{file}: there is no such file."
                : $"{file}: cannot be read: {exception.Message}";
        }

        bool isKept = false;
        try
        {
            string? result = bytes <= maxBytes
                ? use(buffer.AsMemory(0, bytes))
                : $"{file}: larger than {maxBytes / 1024} KiB, which is too large for a PEM file with a {what}.";
            // What was of no use may be put right.
            isKept = !canBeReadAgain && result is null;
            if (isKept)
            {
                _kept.Add(file, buffer.AsMemory(0, bytes));
            }

            return result;
        }
        finally
        {
            if (!isKept)
            {
                CryptographicOperations.ZeroMemory(buffer);
            }
        }
    }

    /// <summary>Whether it says that the file, or its name, is of no use: nothing is wrong with the program.</summary>
    internal static bool IsOfTheFile(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    // Why it is not opened at all; null: it is.
    private string? Unopened(FileKind kind, string file, string what) => kind switch
    {
        FileKind.Folder => $"{file}: this is a folder, not a PEM file with a {what}.",
        FileKind.Other when OpensOnlyRegularFiles => $"{file}: this is no regular file; a FIFO or a device is read only when Weir starts.",
        _ => null,
    };

    // Its length is no more than a guess: a FIFO has none. Ends with one byte more than the bound.
    private static byte[] ReadToEnd(FileStream stream, long length, int maxBytes, out int bytes)
    {
        byte[] buffer = Room((int)Math.Clamp(length + 1, FirstBytes, maxBytes + 1L));
        bytes = 0;
        while (bytes <= maxBytes && stream.Read(buffer, bytes, buffer.Length - bytes) is var read and > 0)
        {
            bytes += read;
            if (bytes == buffer.Length && bytes <= maxBytes)
            {
                byte[] larger = Room((int)Math.Min(buffer.Length * 2L, maxBytes + 1L));
                buffer.CopyTo(larger, 0);
                CryptographicOperations.ZeroMemory(buffer);
                buffer = larger;
            }
        }

        return buffer;
    }

    // Pinned: the collector makes no copies of it.
    private static byte[] Room(int bytes) => GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
}
