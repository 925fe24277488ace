using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>
/// What the two ends of one SSL have agreed on, or had until their handshake failed; empty where they had not come to it,
/// and when the connection is closed.
/// </summary>
[SupportedOSPlatform("linux")]
public readonly unsafe struct TlsAgreement
{
    private readonly nint _ssl;

    internal TlsAgreement(nint ssl) => _ssl = ssl;

    /// <summary><c>TLSv1.3</c></summary>
    public string Protocol => CipherInForce == 0 ? "" : Text(OpenSsl.SSL_get_version(_ssl));

    /// <summary>OpenSSL's name of the cipher, <c>ECDHE-RSA-AES128-GCM-SHA256</c>.</summary>
    public string Cipher => CipherInForce is var cipher and not 0 ? Text(OpenSsl.SSL_CIPHER_get_name(cipher)) : "";

    /// <summary>The group of the key exchange, by its name in the registry: <c>secp256r1</c>; none where a server's RSA key did it.</summary>
    // Source: OpenSSL, SSL_get_negotiated_group(3)
    public string KeyExchange => CipherInForce == 0
        ? ""
        : Text(OpenSsl.SSL_group_to_name(_ssl, (int)OpenSsl.SSL_ctrl(_ssl, OpenSslAbi.SSL_CTRL_GET_NEGOTIATED_GROUP, 0, null)));

    /// <summary>What ALPN agreed on; after the handshake.</summary>
    public string ApplicationProtocol
    {
        get
        {
            if (_ssl == 0)
            {
                return "";
            }

            byte* name;
            uint bytes;
            OpenSsl.SSL_get0_alpn_selected(_ssl, &name, &bytes);
            return name is null ? "" : Encoding.ASCII.GetString(name, (int)bytes);
        }
    }

    /// <summary>The handshake took up an earlier session; after the handshake.</summary>
    public bool IsResumed => _ssl != 0 && OpenSsl.SSL_session_reused(_ssl) != 0;

    /// <summary>The name that the client has asked for; null without one. After the handshake.</summary>
    public string? ServerName =>
        _ssl == 0 ? null : Marshal.PtrToStringUTF8((nint)OpenSsl.SSL_get_servername(_ssl, OpenSslAbi.TLSEXT_NAMETYPE_host_name));

    // Before the ciphers change, what was chosen is still to come into force.
    private nint CipherInForce => _ssl == 0 ? 0
        : OpenSsl.SSL_get_current_cipher(_ssl) is var current and not 0 ? current
        : OpenSsl.SSL_get_pending_cipher(_ssl);

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
