using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Weir.Reactor;

/// <summary>What a file was when it was looked at: its length, its time and a digest of its contents. Immutable.</summary>
/// <param name="Length">In bytes; -1: it could not be read.</param>
/// <param name="WrittenAt">When the file system says that it was last written.</param>
/// <param name="Digest">SHA-256 over its first <paramref name="MaxBytes"/> + 1 bytes; empty: it could not be read.</param>
/// <param name="ReadAt">When its contents were read.</param>
/// <param name="MaxBytes">What whoever uses it reads of it at the most.</param>
public sealed record TlsFileLook(long Length, DateTimeOffset WrittenAt, string Digest, DateTimeOffset ReadAt, int MaxBytes)
{
    private const int BufferBytes = 16 * 1024;

    // What was written so shortly before may be written once more without getting another time: clocks of file systems have
    // grains of up to 2 s (FAT), and those of the network run apart.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(10);

    // One of the same length may have been put in its place together with its time.
    private static readonly TimeSpan _believed = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Looks at a file once more, and reads it unless the look before says that there is nothing new. Never waits: what is no regular
    /// file is not opened, and counts as one that cannot be read.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static TlsFileLook At(string file, TlsFileLook before, DateTimeOffset now)
    {
        if (FileKinds.Of(file) is FileKind.Folder or FileKind.Other)
        {
            return Unreadable(now, before.MaxBytes);
        }

        try
        {
            // The time of what a link leads to, and of the very file that is read.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            long length = stream.Length;
            DateTimeOffset writtenAt = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
            return before.Length == length && before.WrittenAt == writtenAt && before.IsBelievedAt(now)
                ? before
                : new TlsFileLook(length, writtenAt, DigestOf(stream, before.MaxBytes + 1L), now, before.MaxBytes);
        }
        catch (Exception exception) when (TlsFiles.IsOfTheFile(exception))
        {
            // Another content too: who reads the file to use it says what is wrong with it.
            return Unreadable(now, before.MaxBytes);
        }
    }

    internal static TlsFileLook Unreadable(DateTimeOffset now, int maxBytes) => new(-1, default, "", now, maxBytes);

    /// <summary>The digest of bytes that have been read.</summary>
    internal static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    // A list of 50 MiB is not held for it; and no key stays in the buffer.
    private static string DigestOf(FileStream stream, long maxBytes)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            for (long left = maxBytes; left > 0 && stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left)) is var read and > 0; left -= read)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexString(hash.GetHashAndReset());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private bool IsBelievedAt(DateTimeOffset now) => WrittenAt + _settled < ReadAt && (now - ReadAt).Duration() < _believed;
}
