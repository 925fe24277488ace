using System.Text;
using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// The request headers with which one listener tells its targets of the client's TLS, under the names that they have there. What
/// a client sends under one of these names, or under their standard ones, is not passed on: a target may trust them. Immutable.
/// </summary>
// Source: ALB user guide, X-Forwarded headers, header modification
internal sealed class TlsHeaders
{
    private readonly byte[] _version;
    private readonly byte[] _cipherSuite;
    private readonly byte[][] _replaced;

    // Bit n: a name of n bytes is among them. Most of a request's names are of other lengths.
    private readonly ulong _lengths;

    private TlsHeaders(TlsHeaderNames names)
    {
        _version = Encoding.ASCII.GetBytes(names.Version);
        _cipherSuite = Encoding.ASCII.GetBytes(names.CipherSuite);
        _replaced =
        [
            .. names.OfConnection.Concat(TlsHeaderNames.Standard.OfConnection)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(static name => Encoding.ASCII.GetBytes(Plain(name))),
        ];
        _lengths = _replaced.Aggregate(0UL, static (lengths, name) => lengths | LengthBit(name.Length));
    }

    /// <summary>Null for a listener that tells nothing.</summary>
    public static TlsHeaders? Of(LoadBalancerSnapshot loadBalancer, ListenerSnapshot listener) =>
        listener.Tls is not null && loadBalancer.TellsTlsVersionAndCipherSuite ? new TlsHeaders(listener.TlsHeaders) : null;

    public void Append(ref HeadWriter writer, ClientTls tls)
    {
        writer.AppendField(_version, tls.Protocol);
        writer.AppendField(_cipherSuite, tls.Cipher);
    }

    /// <summary>
    /// A client's field of this name is not passed on. An underline counts as a hyphen, as it does where targets make variables
    /// of headers (CGI and its descendants).
    /// </summary>
    public bool Replaces(ReadOnlySpan<byte> name)
    {
        if ((_lengths & LengthBit(name.Length)) == 0)
        {
            return false;
        }

        foreach (byte[] replaced in _replaced)
        {
            if (IsSame(name, replaced))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSame(ReadOnlySpan<byte> name, byte[] plain)
    {
        if (name.Length != plain.Length)
        {
            return false;
        }

        for (int i = 0; i < plain.Length; i++)
        {
            byte letter = name[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(name[i] | 0x20) : name[i] == (byte)'_' ? (byte)'-' : name[i];
            if (letter != plain[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string Plain(string name) => name.ToLowerInvariant().Replace('_', '-');

    // A name of 64 bytes and more shares a bit with shorter ones: that costs a comparison and nothing else.
    private static ulong LengthBit(int length) => 1UL << (length & 63);
}
