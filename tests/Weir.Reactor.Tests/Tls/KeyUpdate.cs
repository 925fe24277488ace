using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Reactor.Tests.Tls;

/// <summary>KeyUpdate of TLS 1.3, which this library never begins by itself; a peer may. Source: RFC 8446 §4.6.3</summary>
internal static class KeyUpdate
{
    /// <summary>
    /// Has the connection change the keys that it sends with. The message goes out with the next call into OpenSSL that may
    /// send: ahead of the next data, or alone when the handshake is asked to go on.
    /// </summary>
    /// <param name="connection">Of TLS 1.3, with its handshake done.</param>
    /// <param name="isAnswerAsked">update_requested: the peer must change the keys that it sends with too.</param>
    public static void Prepare(TlsConnection connection, bool isAnswerAsked) => Assert.Equal(1, SSL_key_update(SslOf(connection), isAnswerAsked ? 1 : 0));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ssl")]
    private static extern ref nint SslOf(TlsConnection connection);

    [DllImport(OpenSsl.LibSsl)]
    private static extern int SSL_key_update(nint ssl, int updateType);
}
