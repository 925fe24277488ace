using System.Collections.Frozen;

namespace Weir.Model;

/// <summary>The names that a listener's attributes give to the headers about TLS.</summary>
internal static class TlsHeaderNameCompiler
{
    // What a target takes these for must not come from a certificate; and one name cannot stand for two things.
    private static readonly FrozenSet<string> _taken = new[]
    {
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Expect",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static TlsHeaderNames Compile(ListenerDefinition definition, AttributeValues attributes, ResourceFindings findings)
    {
        var standard = TlsHeaderNames.Standard;
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return new TlsHeaderNames
        {
            Version = Name(ListenerAttributes.TlsVersionName, standard.Version),
            CipherSuite = Name(ListenerAttributes.TlsCipherSuiteName, standard.CipherSuite),
            Certificate = Name(ListenerAttributes.CertificateName, standard.Certificate, MutualAuthenticationMode.Passthrough),
            SerialNumber = Name(ListenerAttributes.CertificateSerialNumberName, standard.SerialNumber, MutualAuthenticationMode.Verify),
            Issuer = Name(ListenerAttributes.CertificateIssuerName, standard.Issuer, MutualAuthenticationMode.Verify),
            Subject = Name(ListenerAttributes.CertificateSubjectName, standard.Subject, MutualAuthenticationMode.Verify),
            Validity = Name(ListenerAttributes.CertificateValidityName, standard.Validity, MutualAuthenticationMode.Verify),
            Leaf = Name(ListenerAttributes.CertificateLeafName, standard.Leaf, MutualAuthenticationMode.Verify),
        };

        string Name(AttributeDefinition attribute, string standardName, MutualAuthenticationMode? mode = null)
        {
            var own = attributes.Text(attribute);
            var name = own.Length == 0 ? standardName : own;
            if (_taken.Contains(name))
            {
                attributes.Refuse(attribute, $"{attribute.Key} is '{name}', which means something else to the target");
            }
            else if (!given.Add(name))
            {
                attributes.Refuse(attribute, $"{attribute.Key} is '{name}', which another of these headers is called already");
            }
            else if (own.Length > 0 && definition.Protocol == ListenerProtocol.Http)
            {
                findings.Warning("ListenerAttributes", $"{attribute.Key} has no effect: this header exists on HTTPS listeners only");
            }
            else if (own.Length > 0 && mode is { } needed && definition.MutualAuthentication?.Mode != needed)
            {
                // Source: ALB user guide, mutual authentication, headers of each mode
                findings.Warning(
                    "ListenerAttributes", $"{attribute.Key} has no effect: this header exists with mutual TLS only, in the mode {AwsNames.Of(needed)}");
            }

            return name;
        }
    }
}
