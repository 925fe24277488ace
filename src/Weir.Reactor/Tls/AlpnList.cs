using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>
/// Lists of application protocols as OpenSSL wants them, and a server's choice. A list is kept for the life of the process,
/// because handshakes of a context that is long gone may still look at it; there are few different ones.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class AlpnList
{
    private static readonly ConcurrentDictionary<string, nint> _kept = new(StringComparer.Ordinal);

    /// <summary>The wire's form: each name behind its length in one byte. // Source: RFC 7301 §3.1</summary>
    public static byte[] Encode(IReadOnlyList<string> protocols)
    {
        var bytes = new List<byte>();
        foreach (string protocol in protocols)
        {
            byte[] name = Encoding.ASCII.GetBytes(protocol);
            ArgumentOutOfRangeException.ThrowIfZero(name.Length);
            bytes.Add(checked((byte)name.Length));
            bytes.AddRange(name);
        }

        return [.. bytes];
    }

    /// <summary>A server of this context chooses by its own order; a client that offers nothing of it is refused.</summary>
    public static void Serve(nint context, IReadOnlyList<string> protocols)
    {
        nint kept = _kept.GetOrAdd(string.Join('\n', protocols), static (_, list) => Keep(Encode(list)), protocols);
        OpenSsl.SSL_CTX_set_alpn_select_cb(context, &Select, (void*)kept);
    }

    // A length in four bytes, then the list.
    private static nint Keep(byte[] list)
    {
        nint kept = Marshal.AllocHGlobal(sizeof(int) + list.Length);
        Marshal.WriteInt32(kept, list.Length);
        Marshal.Copy(list, 0, kept + sizeof(int), list.Length);
        return kept;
    }

    // A name behind its length is a list of one.
    private static int SelectWithoutHttp2(byte** chosen, byte* chosenBytes, byte* offered, uint offeredBytes, byte* list, uint bytes)
    {
        for (uint at = 0; at < bytes; at += list[at] + 1u)
        {
            bool isHttp2 = new ReadOnlySpan<byte>(list + at + 1, list[at]).SequenceEqual("h2"u8);
            if (!isHttp2
                && OpenSsl.SSL_select_next_proto(chosen, chosenBytes, list + at, list[at] + 1u, offered, offeredBytes) == OpenSslAbi.OPENSSL_NPN_NEGOTIATED)
            {
                return OpenSslAbi.SSL_TLSEXT_ERR_OK;
            }
        }

        return OpenSslAbi.SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    // The list's length stands before it; the client's is checked by OpenSSL, and what is chosen lies in one of the two.
    [UnmanagedCallersOnly]
    private static int Select(nint ssl, byte** chosen, byte* chosenBytes, byte* offered, uint offeredBytes, void* kept)
    {
        uint bytes = *(uint*)kept;
        byte* list = (byte*)kept + sizeof(int);
        // HTTP/2 is for TLS 1.2 and later. Source: RFC 9113 §9.2.
        if (OpenSsl.SSL_version(ssl) < OpenSslAbi.TLS1_2_VERSION)
        {
            return SelectWithoutHttp2(chosen, chosenBytes, offered, offeredBytes, list, bytes);
        }

        // Source: RFC 7301 §3.2: no overlap is the alert no_application_protocol.
        return OpenSsl.SSL_select_next_proto(chosen, chosenBytes, list, bytes, offered, offeredBytes) == OpenSslAbi.OPENSSL_NPN_NEGOTIATED
            ? OpenSslAbi.SSL_TLSEXT_ERR_OK
            : OpenSslAbi.SSL_TLSEXT_ERR_ALERT_FATAL;
    }
}
