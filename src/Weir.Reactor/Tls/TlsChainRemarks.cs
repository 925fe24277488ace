using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// What the owner of a certificate's file should know though it can be used: whole sentences without a final dot, which name the
/// file and the certificate in it. Made of the chain once, then asked for any day. Immutable.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TlsChainRemarks
{
    private readonly Link[] _links;

    private TlsChainRemarks(Link[] links) => _links = links;

    /// <summary>Reads a chain, the server's own certificate first.</summary>
    /// <param name="file">Where it is from.</param>
    /// <param name="chain">OpenSSL's certificates.</param>
    /// <param name="ownName">What the first is called if its subject has no common name.</param>
    public static TlsChainRemarks Of(string file, IReadOnlyList<nint> chain, string ownName)
    {
        var links = new Link[chain.Count];
        for (int i = 0; i < links.Length; i++)
        {
            TlsPeerCertificate certificate = TlsPeerCertificate.Of(chain[i]);
            string? commonName = CommonNameOf(certificate.Subject);
            string name = i == 0
                ? $"{file}: {commonName ?? (ownName.Length > 0 ? ownName : "certificate 1")}"
                : $"{file}: certificate {i + 1} ({commonName ?? certificate.Subject})";
            links[i] = new Link(
                new TlsValidityPeriod(name, certificate.NotBefore, certificate.NotAfter, "clients refuse it"),
                // TLS 1.2 asks for that order, and many clients do not look for another one. Source: RFC 5246 §7.4.2, RFC 8446 §4.4.2
                i == 0 || HasIssued(chain[i], chain[i - 1]));
        }

        return new TlsChainRemarks(links);
    }

    /// <summary>What is to be said on that day.</summary>
    public IEnumerable<string> At(DateTimeOffset now)
    {
        for (int i = 0; i < _links.Length; i++)
        {
            Link link = _links[i];
            if (!link.HasIssuedTheOneBefore)
            {
                yield return $"{link.Period.Name} has not issued certificate {i}; clients may not find their way to an authority";
            }

            if (link.Period.RemarkAt(now) is { } remark)
            {
                yield return remark;
            }
        }
    }

    /// <summary>The most specific common name of a subject, as it is written there; null: it has none.</summary>
    /// <param name="subject">Attributes divided by <c>,</c> and <c>+</c>, each <c>\</c> with what it escapes. Source: RFC 2253 §2</param>
    internal static string? CommonNameOf(string subject)
    {
        const string Type = "CN=";
        for (int start = 0; start < subject.Length;)
        {
            int end = start;
            while (end < subject.Length && subject[end] is not (',' or '+'))
            {
                end += subject[end] == '\\' ? 2 : 1;
            }

            end = Math.Min(end, subject.Length);
            if (subject.AsSpan(start, end - start).StartsWith(Type, StringComparison.Ordinal) && end > start + Type.Length)
            {
                return subject[(start + Type.Length)..end];
            }

            start = end + 1;
        }

        return null;
    }

    private static bool HasIssued(nint issuer, nint certificate) =>
        OpenSsl.X509_check_issued(issuer, certificate) == (int)TlsVerifyError.None
        && OpenSsl.X509_get0_pubkey(issuer) is var key and not 0
        && OpenSsl.X509_verify(certificate, key) == 1;

    private readonly record struct Link(TlsValidityPeriod Period, bool HasIssuedTheOneBefore);
}
