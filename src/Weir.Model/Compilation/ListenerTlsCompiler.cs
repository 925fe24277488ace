namespace Weir.Model;

/// <summary>What a listener's definition says of TLS to its snapshot. No file is looked at.</summary>
internal static class ListenerTlsCompiler
{
    /// <summary>Null for plain HTTP, or when there is an error.</summary>
    public static ListenerTlsSnapshot? Compile(ListenerDefinition definition, ResourceFindings findings)
    {
        if (definition.Protocol == ListenerProtocol.Http)
        {
            return null;
        }

        if (definition.Certificates.Length > ResourceQuotas.CertificatesPerListener)
        {
            findings.Error(
                "Certificates",
                $"there are {definition.Certificates.Length} certificates besides the default one",
                $"up to {ResourceQuotas.CertificatesPerListener}",
                AwsErrorCodes.TooManyCertificates);
        }

        var policy = CompilePolicy(definition.SecurityPolicy ?? SecurityPolicies.DefaultName, findings);
        if (definition.DefaultCertificate is not { } certificate)
        {
            findings.Error(
                "Certificates", "an HTTPS listener needs a certificate", "one default certificate", AwsErrorCodes.CertificateNotFound);
            return null;
        }

        return policy is null ? null : new ListenerTlsSnapshot
        {
            Policy = policy,
            DefaultCertificate = certificate,
            Certificates = definition.Certificates,
        };
    }

    private static SecurityPolicy? CompilePolicy(string name, ResourceFindings findings)
    {
        if (SecurityPolicies.Find(name) is not { } policy)
        {
            findings.Error("SslPolicy", SecurityPolicies.Unknown(name), awsCode: AwsErrorCodes.SSLPolicyNotFound);
            return null;
        }

        if (policy.IsFips)
        {
            findings.Warning(
                "SslPolicy", $"{policy.Name} gives its protocols and ciphers; that OpenSSL is a FIPS module is not claimed");
        }

        return policy;
    }
}
