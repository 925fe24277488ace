using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>
/// What the two ends of one SSL have agreed on, or had until their handshake failed; empty where they had not come to it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class TlsAgreement
{
    /// <summary><c>TLSv1.3</c></summary>
    public static string Protocol(nint ssl) => CipherOf(ssl) == 0 ? "" : Text(OpenSsl.SSL_get_version(ssl));

    /// <summary>OpenSSL's name of the cipher.</summary>
    public static string Cipher(nint ssl) => CipherOf(ssl) is var cipher and not 0 ? Text(OpenSsl.SSL_CIPHER_get_name(cipher)) : "";

    /// <summary>The group of the key exchange, by its name in the registry: <c>secp256r1</c>; none where a server's RSA key did it.</summary>
    // Source: OpenSSL, SSL_get_negotiated_group(3)
    public static string KeyExchange(nint ssl) =>
        CipherOf(ssl) == 0 ? "" : Text(OpenSsl.SSL_group_to_name(ssl, (int)OpenSsl.SSL_ctrl(ssl, OpenSslAbi.SSL_CTRL_GET_NEGOTIATED_GROUP, 0, null)));

    /// <summary>What ALPN agreed on.</summary>
    public static string ApplicationProtocol(nint ssl)
    {
        byte* name;
        uint bytes;
        OpenSsl.SSL_get0_alpn_selected(ssl, &name, &bytes);
        return name is null ? "" : Encoding.ASCII.GetString(name, (int)bytes);
    }

    // Before the ciphers change, what was chosen is still to come into force.
    private static nint CipherOf(nint ssl) => OpenSsl.SSL_get_current_cipher(ssl) is var current and not 0 ? current : OpenSsl.SSL_get_pending_cipher(ssl);

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
