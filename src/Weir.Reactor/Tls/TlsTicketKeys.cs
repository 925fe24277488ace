using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// The keys that resumption tickets are sealed with: shared by all loops and by every context that is given them, so a ticket
/// is good wherever its client comes back to. A new key takes over from time to time, and the one before is good for a while.
/// Whoever has a key can read what was recorded under TLS 1.2, so none lives long and none is ever stored.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class TlsTicketKeys
{
    /// <summary>How long a ticket can be used. Far below the week that is allowed. // Source: RFC 8446 §4.6.1</summary>
    public static readonly TimeSpan TicketLifetime = TimeSpan.FromHours(2);

    /// <summary>How long a key makes new tickets.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(2);

    private const int NameBytes = 16;
    private const int SealBytes = 32;
    private const int KeyBytes = NameBytes + SealBytes + SealBytes;

    // The newest first; replaced whole, read by any loop.
    private byte[][] _keys = [];
    private long _rotatedMicros = long.MinValue;

    /// <summary>Takes a new key when it is time for one, or the first. One thread at a time.</summary>
    /// <param name="unixMicros">The wall clock.</param>
    public void RotateIfDue(long unixMicros)
    {
        if (_keys.Length > 0 && unixMicros - _rotatedMicros < KeyLifetime.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return;
        }

        // As long as there are keys, one before the newest is enough: it lives as long as its last ticket.
        byte[] key = GC.AllocateUninitializedArray<byte>(KeyBytes, pinned: true);
        fixed (byte* first = key)
        {
            if (OpenSsl.RAND_bytes(first, KeyBytes) != 1)
            {
                throw new InvalidOperationException("OpenSSL has no random bytes");
            }
        }

        _rotatedMicros = unixMicros;
        byte[][] before = _keys;
        Volatile.Write(ref _keys, before.Length == 0 ? [key] : [key, before[0]]);
    }

    /// <summary>Lets the tickets of a context be sealed with them.</summary>
    internal static void UseIn(nint context) => _ = OpenSsl.SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &Seal);

    // OpenSSL gives room for a name of 16 bytes and an IV of 16. What the keys hold is pinned, so the pointers stay good.
    // 1: done; 2: done, and a new ticket is due; 0: a ticket that is not ours any more, or none can be made; -1: a failure.
    [UnmanagedCallersOnly]
    private static int Seal(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int isNew)
    {
        byte[][] keys = Volatile.Read(ref TlsContext.ServerOf(ssl).TicketKeys._keys);
        for (int i = 0; i < keys.Length; i++)
        {
            var own = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(keys[i]));
            if (isNew != 0)
            {
                new ReadOnlySpan<byte>(own, NameBytes).CopyTo(new Span<byte>(name, NameBytes));
                return OpenSsl.RAND_bytes(iv, 16) == 1
                    && OpenSsl.EVP_EncryptInit_ex(cipher, OpenSsl.EVP_aes_256_cbc(), 0, own + NameBytes, iv) == 1
                    && KeyMac(mac, own) ? 1 : -1;
            }

            if (new ReadOnlySpan<byte>(own, NameBytes).SequenceEqual(new ReadOnlySpan<byte>(name, NameBytes)))
            {
                return OpenSsl.EVP_DecryptInit_ex(cipher, OpenSsl.EVP_aes_256_cbc(), 0, own + NameBytes, iv) == 1
                    && KeyMac(mac, own) ? (i == 0 ? 1 : 2) : -1;
            }
        }

        return 0;
    }

    private static bool KeyMac(nint mac, byte* key)
    {
        fixed (byte* keyName = "key\0"u8, digestName = "digest\0"u8, digest = "sha256\0"u8)
        {
            // OpenSSL copies what it is given.
            OsslParam* parameters = stackalloc OsslParam[]
            {
                new(keyName, OpenSslAbi.OSSL_PARAM_OCTET_STRING, key + NameBytes + SealBytes, SealBytes),
                new(digestName, OpenSslAbi.OSSL_PARAM_UTF8_STRING, digest, 6),
                default,
            };
            return OpenSsl.EVP_MAC_CTX_set_params(mac, parameters) == 1;
        }
    }
}
