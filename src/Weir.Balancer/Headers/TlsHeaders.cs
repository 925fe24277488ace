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
    private readonly byte[] _certificate;
    private readonly byte[] _serialNumber;
    private readonly byte[] _issuer;
    private readonly byte[] _subject;
    private readonly byte[] _validity;
    private readonly byte[] _leaf;
    private readonly bool _tellsConnection;
    private readonly bool _tellsCertificate;
    private readonly byte[][] _replaced;

    // Bit n: a name of n bytes is among them. Most of a request's names are of other lengths.
    private readonly ulong _lengths;

    private TlsHeaders(TlsHeaderNames names, bool tellsConnection, bool tellsCertificate)
    {
        _tellsConnection = tellsConnection;
        _tellsCertificate = tellsCertificate;
        _certificate = Encoding.ASCII.GetBytes(names.Certificate);
        _serialNumber = Encoding.ASCII.GetBytes(names.SerialNumber);
        _issuer = Encoding.ASCII.GetBytes(names.Issuer);
        _subject = Encoding.ASCII.GetBytes(names.Subject);
        _validity = Encoding.ASCII.GetBytes(names.Validity);
        _leaf = Encoding.ASCII.GetBytes(names.Leaf);
        _version = Encoding.ASCII.GetBytes(names.Version);
        _cipherSuite = Encoding.ASCII.GetBytes(names.CipherSuite);
        _replaced =
        [
            .. ((TlsHeaderNames[])[names, TlsHeaderNames.Standard])
                .SelectMany(all => (tellsConnection ? all.OfConnection : []).Concat(tellsCertificate ? all.OfCertificate : []))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(static name => Encoding.ASCII.GetBytes(Plain(name))),
        ];
        _lengths = _replaced.Aggregate(0UL, static (lengths, name) => lengths | LengthBit(name.Length));
    }

    /// <summary>Null for a listener that tells nothing.</summary>
    public static TlsHeaders? Of(LoadBalancerSnapshot loadBalancer, ListenerSnapshot listener) =>
        listener.Tls is { } tls && (loadBalancer.TellsTlsVersionAndCipherSuite || tls.MutualAuthentication is not null)
            ? new TlsHeaders(listener.TlsHeaders, loadBalancer.TellsTlsVersionAndCipherSuite, tls.MutualAuthentication is not null)
            : null;

    /// <summary>What the client of this exchange sends under this name is not passed on, as a header or as a trailer.</summary>
    public static bool Replaces(Exchange exchange, ReadOnlySpan<byte> name) =>
        exchange.Client.Tls is not null && exchange.Listener.TlsHeaders?.Replaces(name) == true;

    /// <summary>The piece without trailers of such names.</summary>
    public static BodyChunk RemoveTrailers(Exchange exchange, in BodyChunk chunk)
    {
        if (chunk.TrailersBytes == 0 || exchange.Client.Tls is null || exchange.Listener.TlsHeaders is null)
        {
            return chunk;
        }

        Span<byte> lines = chunk.Buffer.AsSpan(chunk.TrailersOffset, chunk.TrailersBytes);
        int kept = 0;
        for (int start = 0; start < lines.Length;)
        {
            Span<byte> line = lines[start..];
            line = line[..(line.IndexOf((byte)'\n') + 1)];
            start += line.Length;
            if (!exchange.Listener.TlsHeaders.Replaces(line[..line.IndexOf((byte)':')]))
            {
                line.CopyTo(lines[kept..]);
                kept += line.Length;
            }
        }

        return chunk with { TrailersBytes = kept };
    }

    public void Append(ref HeadWriter writer, ClientTls tls)
    {
        if (_tellsConnection)
        {
            writer.AppendField(_version, tls.Protocol);
            writer.AppendField(_cipherSuite, tls.Cipher);
        }

        if (_tellsCertificate && tls.Certificate is { } certificate)
        {
            AppendCertificate(ref writer, certificate);
        }
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

    // What stands in them comes from the connection, so that a listener that verifies from now on vouches for no earlier one.
    private void AppendCertificate(ref HeadWriter writer, ClientCertificate certificate)
    {
        if (!certificate.IsVerified)
        {
            writer.AppendField(_certificate, certificate.Pem);
            return;
        }

        writer.AppendField(_serialNumber, certificate.SerialNumber);
        writer.AppendField(_issuer, certificate.Issuer);
        writer.AppendField(_subject, certificate.Subject);
        writer.AppendField(_validity, certificate.Validity);
        writer.AppendField(_leaf, certificate.Pem);
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
