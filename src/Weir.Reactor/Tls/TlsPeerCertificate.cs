using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>A certificate that the other end has shown, as OpenSSL reads it. Immutable.</summary>
public sealed unsafe class TlsPeerCertificate
{
    private TlsPeerCertificate(byte[] der) => Der = der;

    public byte[] Der { get; }

    /// <summary>As RFC 2253 writes names, in ASCII: <c>CN=a,O=b</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Likewise.</summary>
    public required string Issuer { get; init; }

    /// <summary>Hexadecimal, in whole bytes: <c>03A5B1</c>.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Null where it cannot be read.</summary>
    public required DateTime? NotBefore { get; init; }

    /// <summary>Likewise.</summary>
    public required DateTime? NotAfter { get; init; }

    [SupportedOSPlatform("linux")]
    internal static TlsPeerCertificate Of(nint certificate) => new(DerOf(certificate))
    {
        Subject = NameOf(OpenSsl.X509_get_subject_name(certificate)),
        Issuer = NameOf(OpenSsl.X509_get_issuer_name(certificate)),
        SerialNumber = SerialOf(certificate),
        NotBefore = TimeOf(OpenSsl.X509_get0_notBefore(certificate)),
        NotAfter = TimeOf(OpenSsl.X509_get0_notAfter(certificate)),
    };

    /// <summary>A client's certificates as it has sent them, its own first.</summary>
    [SupportedOSPlatform("linux")]
    internal static IReadOnlyList<TlsPeerCertificate> ChainOf(nint ssl)
    {
        nint own = OpenSsl.SSL_get0_peer_certificate(ssl);
        if (own == 0)
        {
            return [];
        }

        // Of a client's chain, OpenSSL keeps its own certificate apart.
        var chain = new List<TlsPeerCertificate> { Of(own) };
        nint others = OpenSsl.SSL_get_peer_cert_chain(ssl);
        for (int i = 0; others != 0 && i < OpenSsl.OPENSSL_sk_num(others); i++)
        {
            chain.Add(Of(OpenSsl.OPENSSL_sk_value(others, i)));
        }

        return chain;
    }

    [SupportedOSPlatform("linux")]
    internal static byte[] DerOf(nint certificate)
    {
        byte[] der = new byte[Math.Max(0, OpenSsl.i2d_X509(certificate, null))];
        fixed (byte* first = der)
        {
            // OpenSSL writes as many bytes as it has just said, and moves the pointer that it is given.
            byte* at = first;
            _ = OpenSsl.i2d_X509(certificate, &at);
        }

        return der;
    }

    [SupportedOSPlatform("linux")]
    internal static string NameOf(nint name)
    {
        nint bio = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        _ = OpenSsl.X509_NAME_print_ex(bio, name, 0, OpenSslAbi.XN_FLAG_RFC2253);
        byte* text = null;
        // The bytes are the BIO's until it is freed.
        nint bytes = OpenSsl.BIO_ctrl(bio, OpenSslAbi.BIO_CTRL_INFO, 0, &text);
        string result = text is null ? "" : Encoding.ASCII.GetString(text, (int)bytes);
        _ = OpenSsl.BIO_free(bio);
        return result;
    }

    [SupportedOSPlatform("linux")]
    private static string SerialOf(nint certificate)
    {
        nint number = OpenSsl.ASN1_INTEGER_to_BN(OpenSsl.X509_get_serialNumber(certificate), 0);
        byte* text = number == 0 ? null : OpenSsl.BN_bn2hex(number);
        string result = Marshal.PtrToStringUTF8((nint)text) ?? "";
        OpenSsl.CRYPTO_free(text, null, 0);
        OpenSsl.BN_free(number);
        return result;
    }

    /// <summary>OpenSSL's time; null: there is none, or it cannot be read.</summary>
    [SupportedOSPlatform("linux")]
    internal static DateTime? TimeOf(nint time)
    {
        CalendarTime read;
        return OpenSsl.ASN1_TIME_to_tm(time, &read) == 1
            && DateTime.TryParseExact(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{read.Year + 1900:0000}-{read.Month + 1:00}-{read.Day:00}T{read.Hour:00}:{read.Minute:00}:{read.Second:00}"),
                "s",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTime result)
            ? result
            : null;
    }

    // Source: time.h, struct tm, as glibc and musl lay it out.
    [StructLayout(LayoutKind.Sequential)]
    internal struct CalendarTime
    {
        public int Second;
        public int Minute;
        public int Hour;
        public int Day;
        public int Month;
        public int Year;
        public int DayOfWeek;
        public int DayOfYear;
        public int IsSummerTime;
        public nint Offset;
        public nint Zone;
    }
}
