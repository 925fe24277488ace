using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// What the owner of a certificate's file should know though it can be used: whole sentences without a final dot, which name the
/// file and the certificate in it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class TlsChainRemarks
{
    // Ours: renewal is a month before the end for most, so half of that says that it has failed.
    private static readonly TimeSpan _soon = TimeSpan.FromDays(14);

    /// <summary>What is to be said of a chain, its own certificate first, on that day.</summary>
    public static IEnumerable<string> Of(string file, IReadOnlyList<nint> chain, DateTimeOffset now)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            TlsPeerCertificate certificate = TlsPeerCertificate.Of(chain[i]);
            string name = $"{file}: certificate {i + 1} ({certificate.Subject})";
            // TLS 1.2 asks for that order, and many clients do not look for another one. Source: RFC 5246 §7.4.2, RFC 8446 §4.4.2
            if (i > 0 && !HasIssued(chain[i], chain[i - 1]))
            {
                yield return $"{name} has not issued certificate {i}, which a chain's next one should have: clients may not find their way to an authority";
            }

            if (now > certificate.NotAfter)
            {
                yield return $"{name} expired on {certificate.NotAfter:yyyy-MM-ddTHH:mm:ssZ}, and clients refuse it";
            }
            else if (now < certificate.NotBefore)
            {
                yield return $"{name} is not valid before {certificate.NotBefore:yyyy-MM-ddTHH:mm:ssZ}, and clients refuse it until then";
            }
            else if (now + _soon > certificate.NotAfter)
            {
                yield return $"{name} expires within {_soon.Days} days, on {certificate.NotAfter:yyyy-MM-ddTHH:mm:ssZ}";
            }
        }
    }

    private static bool HasIssued(nint issuer, nint certificate) =>
        OpenSsl.X509_check_issued(issuer, certificate) == (int)TlsVerifyError.None
        && OpenSsl.X509_get0_pubkey(issuer) is var key and not 0
        && OpenSsl.X509_verify(certificate, key) == 1;
}
