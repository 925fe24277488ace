using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>The names that a client gives OpenSSL for one connection, which keeps copies of them.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class TlsPeerName
{
    /// <summary>The server is asked for it (SNI).</summary>
    public static void AskFor(nint ssl, string serverName)
    {
        fixed (byte* name = Encoding.ASCII.GetBytes(serverName + '\0'))
        {
            _ = OpenSsl.SSL_ctrl(ssl, OpenSslAbi.SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, name);
        }
    }

    /// <summary>The server's certificate must be for it.</summary>
    public static void Expect(nint ssl, string nameOrAddress)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(nameOrAddress + '\0'))
        {
            if (OpenSsl.X509_VERIFY_PARAM_set1_ip_asc(OpenSsl.SSL_get0_param(ssl), text) != 1)
            {
                _ = OpenSsl.SSL_set1_host(ssl, text);
            }
        }
    }
}
