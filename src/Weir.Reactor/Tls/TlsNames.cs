using System.Collections.Frozen;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// Which context serves which name: each with the best certificate for that name, or the best two, where there are RSA and ECDSA
/// and the client decides by what it can use. Immutable.
/// </summary>
// Source: ALB user guide, certificates: SNI. ECDSA before RSA is the order of every policy's ciphers, so OpenSSL sees to it.
[SupportedOSPlatform("linux")]
internal sealed class TlsNames
{
    public static readonly TlsNames None = new(FrozenDictionary<string, TlsContext>.Empty);

    private readonly FrozenDictionary<string, TlsContext> _contexts;

    private TlsNames(FrozenDictionary<string, TlsContext> contexts) => _contexts = contexts;

    /// <summary>The names of all of these certificates, or what is wrong.</summary>
    public static TlsNames? Of(
        IReadOnlyList<TlsCertificate> certificates, DateTimeOffset now, Func<TlsCertificate[], TlsContextOutcome> make, out string? problem)
    {
        problem = null;
        var contexts = new Dictionary<(TlsCertificate?, TlsCertificate?), TlsContext>();
        var byName = new Dictionary<string, TlsContext>(StringComparer.Ordinal);
        foreach (string name in certificates.SelectMany(static certificate => certificate.Names).Distinct(StringComparer.Ordinal))
        {
            (TlsCertificate? Ecdsa, TlsCertificate? Rsa) best = (Best(certificates, name, isEcdsa: true, now), Best(certificates, name, isEcdsa: false, now));
            if (!contexts.TryGetValue(best, out TlsContext? context))
            {
                TlsContextOutcome outcome = make([.. ((TlsCertificate?[])[best.Ecdsa, best.Rsa]).OfType<TlsCertificate>()]);
                if (outcome.Context is null)
                {
                    problem = outcome.Problem;
                    return null;
                }

                contexts.Add(best, context = outcome.Context);
            }

            byName.Add(name, context);
        }

        return new TlsNames(byName.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The context of a name as a client gives it; null: no certificate is for it.</summary>
    public TlsContext? Find(string asked)
    {
        string name = TlsCertificate.Comparable(asked);
        return _contexts.TryGetValue(name, out TlsContext? context)
            || (TlsCertificate.Wildcard(name) is { } wildcard && _contexts.TryGetValue(wildcard, out context))
            ? context
            : null;
    }

    private static TlsCertificate? Best(IReadOnlyList<TlsCertificate> certificates, string name, bool isEcdsa, DateTimeOffset now) =>
        certificates
            .Where(certificate => certificate.IsEcdsa == isEcdsa && certificate.IsFor(name))
            .OrderByDescending(certificate => certificate.NotBefore <= now && now <= certificate.NotAfter)
            .ThenByDescending(static certificate => certificate.HashBits)
            .ThenByDescending(static certificate => certificate.KeyBits)
            .ThenByDescending(static certificate => certificate.NotAfter - certificate.NotBefore)
            .FirstOrDefault();
}
