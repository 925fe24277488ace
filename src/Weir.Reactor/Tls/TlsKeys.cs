using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>Which keys of certificates can be used, as OpenSSL knows them.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class TlsKeys
{
    private const int LeastRsaBits = 2048;

    /// <summary>What can be used for a server's certificate, in words.</summary>
    // Source: ALB user guide, certificates. TLS 1.3 has no other curves, and clients offer none below it.
    public static string Allowed { get; } = $"RSA of {LeastRsaBits} bits or more, and ECDSA with the curves P-256, P-384 and P-521";

    /// <summary>What a server's key is, where it cannot be used; null where it can.</summary>
    public static string? Unfit(nint certificate)
    {
        nint key = OpenSsl.X509_get0_pubkey(certificate);
        return (key == 0 ? 0 : OpenSsl.EVP_PKEY_get_id(key)) switch
        {
            0 => "of a kind that OpenSSL does not know, or damaged",
            OpenSslAbi.EVP_PKEY_RSA => OpenSsl.EVP_PKEY_get_bits(key) >= LeastRsaBits ? null : $"RSA of {OpenSsl.EVP_PKEY_get_bits(key)} bits",
            OpenSslAbi.EVP_PKEY_EC => !HasUsedCurve(key) ? $"ECDSA with {CurveOf(key)}"
                : IsExplicit(key) ? $"ECDSA with the curve {GroupOf(key)} written out in numbers instead of by its name"
                : null,
            _ => "neither RSA nor ECDSA",
        };
    }

    /// <summary>P-256, P-384 or P-521.</summary>
    public static bool HasUsedCurve(nint key) => GroupOf(key) is "prime256v1" or "secp384r1" or "secp521r1";

    private static string CurveOf(nint key) => GroupOf(key) is { Length: > 0 } name ? $"the curve {name}" : "a curve that has no name";

    // Clients refuse such keys. Source: RFC 5480 §2.1.1: specifiedCurve must not be used
    private static bool IsExplicit(nint key)
    {
        byte* value = stackalloc byte[32];
        nuint bytes;
        fixed (byte* encoding = "encoding\0"u8)
        {
            return OpenSsl.EVP_PKEY_get_utf8_string_param(key, encoding, value, 32, &bytes) == 1
                && new ReadOnlySpan<byte>(value, (int)bytes).SequenceEqual("explicit"u8);
        }
    }

    private static string GroupOf(nint key)
    {
        byte* name = stackalloc byte[64];
        nuint bytes;
        // OpenSSL writes no more than there is room for, its zero byte included.
        return OpenSsl.EVP_PKEY_get_group_name(key, name, 64, &bytes) == 1 ? Encoding.ASCII.GetString(name, (int)bytes) : "";
    }
}
