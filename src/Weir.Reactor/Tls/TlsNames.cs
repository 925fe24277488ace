using System.Collections.Frozen;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// Which context serves which name: each with the best certificate for that name, or the best two, where there are RSA and ECDSA
/// and the client decides by what it can use. What is best changes when a certificate expires or becomes valid: all of a name's
/// contexts are made beforehand, each with its term. Immutable.
/// </summary>
// Source: ALB user guide, certificates: SNI. Which of two the client can use, ECDSA before RSA, OpenSSL sees to.
[SupportedOSPlatform("linux")]
internal sealed class TlsNames
{
    public static readonly TlsNames None = new(FrozenDictionary<string, TlsTerm[]>.Empty);

    private readonly FrozenDictionary<string, TlsTerm[]> _terms;

    private TlsNames(FrozenDictionary<string, TlsTerm[]> terms) => _terms = terms;

    /// <summary>The names of all of these certificates from now on, or what is wrong.</summary>
    public static TlsNames? Of(
        IReadOnlyList<TlsCertificate> certificates, DateTimeOffset now, Func<TlsCertificate[], TlsContextOutcome> make, out string? problem)
    {
        problem = null;
        var contexts = new Dictionary<(TlsCertificate?, TlsCertificate?), TlsContext>();
        var byName = new Dictionary<string, TlsTerm[]>(StringComparer.Ordinal);
        foreach (string name in certificates.SelectMany(static certificate => certificate.Names).Distinct(StringComparer.Ordinal))
        {
            TlsCertificate[] candidates = [.. certificates.Where(certificate => certificate.IsFor(name))];
            var terms = new List<TlsTerm>();
            foreach (long from in TurningPoints(candidates, now.ToUnixTimeSeconds()))
            {
                (TlsCertificate? Ecdsa, TlsCertificate? Rsa) best = (Best(candidates, isEcdsa: true, from), Best(candidates, isEcdsa: false, from));
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

                if (terms.Count == 0 || terms[^1].Context != context)
                {
                    terms.Add(new TlsTerm(from, context));
                }
            }

            byName.Add(name, [.. terms]);
        }

        return new TlsNames(byName.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The context of a name as a client gives it, at a time; null: no certificate is for it.</summary>
    public TlsContext? Find(string asked, long unixSeconds)
    {
        string name = TlsCertificate.Comparable(asked);
        return _terms.TryGetValue(name, out TlsTerm[]? terms)
            || (TlsCertificate.Wildcard(name) is { } wildcard && _terms.TryGetValue(wildcard, out terms))
            ? At(terms, unixSeconds)
            : null;
    }

    // A clock that was set back is in the first term.
    private static TlsContext At(TlsTerm[] terms, long unixSeconds)
    {
        int last = terms.Length - 1;
        while (last > 0 && terms[last].FromUnixSeconds > unixSeconds)
        {
            last--;
        }

        return terms[last].Context;
    }

    // From when on one more, or one less, is valid.
    private static IEnumerable<long> TurningPoints(IEnumerable<TlsCertificate> certificates, long now) => certificates
        .SelectMany(static certificate => (long[])[certificate.NotBefore.ToUnixTimeSeconds(), certificate.NotAfter.ToUnixTimeSeconds() + 1])
        .Where(second => second > now)
        .Prepend(now)
        .Distinct()
        .Order();

    private static TlsCertificate? Best(IEnumerable<TlsCertificate> certificates, bool isEcdsa, long unixSeconds) =>
        certificates
            .Where(certificate => certificate.IsEcdsa == isEcdsa)
            .OrderByDescending(certificate => certificate.ValidityAt(unixSeconds) == TlsValidity.Valid)
            .ThenByDescending(static certificate => certificate.HashBits)
            .ThenByDescending(static certificate => certificate.KeyBits)
            .ThenByDescending(static certificate => certificate.NotAfter - certificate.NotBefore)
            .FirstOrDefault();
}
