using System.Security.Cryptography;

namespace Weir.Reactor;

/// <summary>
/// Reads the files that certificates, keys, authorities and revocation lists are in. A file that can be read again is read each
/// time; what can be read only once, as a FIFO or a shell's <c>&lt;(…)</c>, is read to its end the first time and kept, for as long as
/// this is. For one thread.
/// </summary>
public sealed class TlsFiles
{
    private const int FirstBytes = 16 * 1024;

    // Keys too: they can be had from nowhere else when the configuration is made again.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _kept = new(StringComparer.Ordinal);

    /// <summary>Whether it was read once and for all, so that it never changes.</summary>
    public bool IsKept(string file) => _kept.ContainsKey(file);

    /// <summary>Hands out the bytes of a file for the duration of a call. No copy of them stays, unless they are kept.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What is in it, for a problem's sentence.</param>
    /// <param name="maxBytes">A larger one is not read to its end.</param>
    /// <param name="use">Gets the bytes; its result is this call's.</param>
    /// <returns>One sentence that names the file and says why there are no bytes of it, or what <paramref name="use"/> returns.</returns>
    internal string? Use(string file, string what, int maxBytes, Func<ReadOnlyMemory<byte>, string?> use)
    {
        if (_kept.TryGetValue(file, out ReadOnlyMemory<byte> kept))
        {
            return use(kept);
        }

        if (Directory.Exists(file))
        {
            return $"{file}: this is a folder, not a PEM file with a {what}.";
        }

        byte[] buffer;
        int bytes;
        bool canBeReadAgain;
        try
        {
            // Without a buffer of its own, in which a key would stay.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            canBeReadAgain = stream.CanSeek;
            buffer = ReadToEnd(stream, maxBytes, out bytes);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{file}: there is no such file.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{file}: cannot be read: {exception.Message}";
        }

        if (bytes <= maxBytes && !canBeReadAgain)
        {
            _kept.Add(file, buffer.AsMemory(0, bytes));
            return use(_kept[file]);
        }

        try
        {
            return bytes <= maxBytes
                ? use(buffer.AsMemory(0, bytes))
                : $"{file}: larger than {maxBytes / 1024} KiB, which is too large for a PEM file with a {what}.";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    // Its length is no more than a guess: a FIFO has none. Ends with one byte more than the bound.
    private static byte[] ReadToEnd(FileStream stream, int maxBytes, out int bytes)
    {
        long guess = stream.CanSeek ? stream.Length + 1 : 0;
        byte[] buffer = Room((int)Math.Clamp(guess, FirstBytes, maxBytes + 1L));
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
