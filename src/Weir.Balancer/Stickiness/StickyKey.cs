using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Weir.Balancer;

/// <summary>
/// The secret behind the stickiness cookies. One a node, kept in a file, so that sessions survive a restart; a key for
/// each day is derived from it, so that no key ever encrypts too many cookies.
/// </summary>
public sealed class StickyKey
{
    /// <summary>Size of the secret.</summary>
    public const int Bytes = 32;

    private readonly byte[] _secret;

    public StickyKey(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Bytes);
        _secret = secret.ToArray();
    }

    /// <summary>A secret that dies with the process.</summary>
    public static StickyKey Ephemeral() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>
    /// Reads the secret from a file, or makes it, readable by its owner only. Throws what the file system throws; two
    /// nodes that start at once on one file end up with the same secret.
    /// </summary>
    public static StickyKey LoadOrCreate(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path))
        {
            string fresh = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(fresh, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
            }

            try
            {
                File.Move(fresh, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process was first; its secret is the one.
                File.Delete(fresh);
            }
        }

        byte[] secret = File.ReadAllBytes(path);
        return secret.Length == Bytes
            ? new StickyKey(secret)
            : throw new InvalidDataException($"{path} does not hold a key of {Bytes} bytes; delete it to have a new one made");
    }

    /// <summary>The keys of one day (days since 1970): 16 bytes to encrypt with, 32 to authenticate with.</summary>
    // Source: RFC 5869
    internal (byte[] Encryption, byte[] Authentication) ForDay(ushort day)
    {
        Span<byte> info = stackalloc byte[14];
        "weir AWSALB "u8.CopyTo(info);
        BinaryPrimitives.WriteUInt16BigEndian(info[12..], day);
        Span<byte> keys = stackalloc byte[16 + 32];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, keys, info);
        return (keys[..16].ToArray(), keys[16..].ToArray());
    }
}
