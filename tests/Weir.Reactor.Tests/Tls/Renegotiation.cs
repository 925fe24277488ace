using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Reactor.Tests.Tls;

/// <summary>Renegotiation up to TLS 1.2, which this library never begins by itself; a target may. Source: RFC 5246 §7.4.1.1, RFC 5746</summary>
internal static class Renegotiation
{
    private const ulong NoRenegotiation = 1UL << 30;

    /// <summary>
    /// Has a server ask its client for a new handshake. The question goes out with the next call into OpenSSL that may send, as when
    /// the handshake is asked to go on (TlsPair.BeginServer).
    /// </summary>
    /// <param name="server">Of at most TLS 1.2, with its handshake done.</param>
    /// <param name="isFull">It takes up no session then, not even the one of the connection, and what it gives is not for new ones, as with Apache.</param>
    public static void Prepare(TlsConnection server, bool isFull = false)
    {
        nint ssl = SslOf(server);
        SSL_clear_options(ssl, NoRenegotiation);
        if (isFull)
        {
            Assert.Equal(1, SSL_set_session_id_context(ssl, "elsewhere", 9));
        }

        Assert.Equal(1, SSL_renegotiate(ssl));
    }

    /// <summary>No handshake is under way.</summary>
    public static bool IsOver(TlsConnection connection) => OpenSsl.SSL_is_init_finished(SslOf(connection)) == 1;

    /// <summary>How many there were on a connection, the one that is under way among them.</summary>
    public static int Count(TlsConnection connection) => (int)SSL_ctrl(SslOf(connection), SslCtrlGetTotalRenegotiations, 0, 0);

    // SSL_total_renegotiations is a macro for it.
    private const int SslCtrlGetTotalRenegotiations = 12;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ssl")]
    private static extern ref nint SslOf(TlsConnection connection);

    [DllImport(OpenSsl.LibSsl)]
    private static extern int SSL_renegotiate(nint ssl);

    [DllImport(OpenSsl.LibSsl)]
    private static extern int SSL_set_session_id_context(nint ssl, [MarshalAs(UnmanagedType.LPStr)] string context, uint bytes);

    [DllImport(OpenSsl.LibSsl)]
    private static extern ulong SSL_clear_options(nint ssl, ulong options);

    [DllImport(OpenSsl.LibSsl)]
    private static extern nint SSL_ctrl(nint ssl, int command, nint number, nint argument);
}
