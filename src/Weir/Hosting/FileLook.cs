using System.Security.Cryptography;

namespace Weir.Hosting;

/// <summary>What a file was at one look: its length, its time and a digest of its contents. Immutable.</summary>
/// <param name="Length">In bytes; -1: it could not be read.</param>
/// <param name="WrittenAt">When the file system says that it was last written.</param>
/// <param name="Digest">SHA-256 over its contents.</param>
/// <param name="ReadAt">When its contents were read.</param>
internal sealed record FileLook(long Length, DateTimeOffset WrittenAt, string Digest, DateTimeOffset ReadAt)
{
    // What was written so shortly before may be written once more without getting another time: clocks of file systems have
    // grains of up to 2 s (FAT), and those of the network run apart.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(10);

    // One of the same length may have been put in its place together with its time.
    private static readonly TimeSpan _believed = TimeSpan.FromMinutes(1);

    /// <summary>Looks at a file, and reads it unless the look before says that there is nothing new.</summary>
    public static FileLook At(string file, FileLook? before, DateTimeOffset now)
    {
        try
        {
            // The time of what a link leads to, and of the very file that is read.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            long length = stream.Length;
            DateTimeOffset writtenAt = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
            return before is not null && before.Length == length && before.WrittenAt == writtenAt && before.IsBelievedAt(now)
                ? before
                : new FileLook(length, writtenAt, Convert.ToHexString(SHA256.HashData(stream)), now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another content too: who reads the file to use it says what is wrong with it.
            return new FileLook(-1, default, "", now);
        }
    }

    private bool IsBelievedAt(DateTimeOffset now) => WrittenAt + _settled < ReadAt && (now - ReadAt).Duration() < _believed;
}
