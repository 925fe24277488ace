using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Weir.Balancer;

/// <summary>
/// The content of AWSALB: which target of which group, and until when; encrypted, then authenticated, so that a client
/// can neither read nor choose it. 96 bytes, 128 characters of base64, as ALB's own.
/// </summary>
/// <remarks>
/// <c>day (2) iv (16) ciphertext (64) tag (14)</c>, AES-128-CBC and HMAC-SHA-256 over all before the tag, cut to 112
/// bits; the plaintext is <c>group hash (8) expiry, unix seconds (8) key length (1) target key ip:port (47)</c>. The tag
/// is compared before anything is decrypted, and an altered cookie costs no exception. One instance a loop.
/// </remarks>
internal sealed class StickyCookie(StickyKey secret)
{
    /// <summary>Characters of the cookie's value.</summary>
    public const int ValueChars = 128;

    /// <summary>The longest target key: a scoped IPv6 address in brackets with its port would not fit, and has no cookie.</summary>
    public const int TargetKeyBytes = PlainBytes - 17;

    private const int PlainBytes = 64;
    private const int IvBytes = 16;
    private const int TagBytes = 14;
    private const int SealedBytes = 2 + IvBytes + PlainBytes;
    private const int CookieBytes = SealedBytes + TagBytes;
    private const long SecondsPerDay = 86_400;

    // A cookie lives 7 days; one of the day before those may still be under way.
    private const int OldestDays = 8;

    private readonly Dictionary<ushort, DayKeys> _keys = [];

    /// <summary>Writes <see cref="ValueChars"/> characters.</summary>
    public void Write(ulong group, ReadOnlySpan<byte> targetKey, long expiresUnixSeconds, long nowUnixSeconds, Span<byte> destination)
    {
        Span<byte> plain = stackalloc byte[PlainBytes];
        plain.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(plain, group);
        BinaryPrimitives.WriteInt64BigEndian(plain[8..], expiresUnixSeconds);
        plain[16] = (byte)targetKey.Length;
        targetKey.CopyTo(plain[17..]);

        Span<byte> cookie = stackalloc byte[CookieBytes];
        ushort day = (ushort)(nowUnixSeconds / SecondsPerDay);
        BinaryPrimitives.WriteUInt16BigEndian(cookie, day);
        Span<byte> iv = cookie.Slice(2, IvBytes);
        RandomNumberGenerator.Fill(iv);
        DayKeys keys = KeysOf(day);
        keys.Aes.EncryptCbc(plain, iv, cookie.Slice(2 + IvBytes, PlainBytes), PaddingMode.None);
        WriteTag(keys, cookie[..SealedBytes], cookie[SealedBytes..]);
        Base64.EncodeToUtf8(cookie, destination, out _, out _);
    }

    /// <summary>Reads a cookie; false when it is not ours, altered, of another group or too old.</summary>
    /// <param name="targetKey">Receives the target's <c>ip:port</c>, at most <see cref="TargetKeyBytes"/>.</param>
    public bool TryRead(ReadOnlySpan<byte> value, ulong group, long nowUnixSeconds, Span<byte> targetKey, out int targetKeyBytes)
    {
        targetKeyBytes = 0;
        Span<byte> cookie = stackalloc byte[CookieBytes];
        if (value.Length != ValueChars
            || Base64.DecodeFromUtf8(value, cookie, out _, out int written) != OperationStatus.Done
            || written != CookieBytes)
        {
            return false;
        }

        ushort day = BinaryPrimitives.ReadUInt16BigEndian(cookie);
        if ((nowUnixSeconds / SecondsPerDay) - day is < 0 or > OldestDays)
        {
            // Neither from the future nor older than any cookie can be: no key is derived for such a day.
            return false;
        }

        DayKeys keys = KeysOf(day);
        Span<byte> tag = stackalloc byte[TagBytes];
        WriteTag(keys, cookie[..SealedBytes], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, cookie[SealedBytes..]))
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[PlainBytes];
        keys.Aes.DecryptCbc(cookie.Slice(2 + IvBytes, PlainBytes), cookie.Slice(2, IvBytes), plain, PaddingMode.None);
        if (BinaryPrimitives.ReadUInt64BigEndian(plain) != group
            || BinaryPrimitives.ReadInt64BigEndian(plain[8..]) < nowUnixSeconds)
        {
            return false;
        }

        targetKeyBytes = Math.Min((int)plain[16], TargetKeyBytes);
        plain.Slice(17, targetKeyBytes).CopyTo(targetKey);
        return true;
    }

    private static void WriteTag(DayKeys keys, ReadOnlySpan<byte> input, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(keys.Authentication, input, hash);
        hash[..TagBytes].CopyTo(tag);
    }

    private DayKeys KeysOf(ushort day)
    {
        if (!_keys.TryGetValue(day, out DayKeys? keys))
        {
            (byte[] encryption, byte[] authentication) = secret.ForDay(day);
            var aes = Aes.Create();
            aes.Key = encryption;
            keys = new DayKeys(aes, authentication);
            _keys.Remove((ushort)(day - OldestDays - 1), out DayKeys? old);
            old?.Aes.Dispose();
            _keys[day] = keys;
        }

        return keys;
    }

    private sealed record DayKeys(Aes Aes, byte[] Authentication);
}
