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

        CheckFiles(definition, findings);
        CheckMutualAuthentication(definition.MutualAuthentication, findings);
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
            MutualAuthentication = definition.MutualAuthentication,
        };
    }

    private static void CheckFiles(ListenerDefinition definition, ResourceFindings findings)
    {
        foreach (CertificateFiles files in definition.Certificates.Prepend(definition.DefaultCertificate).OfType<CertificateFiles>().Distinct())
        {
            Check("Certificates", "certificate", files.CertificateFile);
            if (files.PrivateKeyFile != files.CertificateFile)
            {
                Check("Certificates", "private key", files.PrivateKeyFile);
            }
        }

        if (definition.MutualAuthentication is { TrustStoreFile: { } store } settings)
        {
            Check("MutualAuthentication.TrustStoreArn", "trust store", store);
            foreach (string file in settings.RevocationFiles)
            {
                Check("MutualAuthentication.TrustStoreArn", "revocation list", file);
            }
        }

        void Check(string property, string what, string file)
        {
            if (FileNames.Refusal(file) is { } refusal)
            {
                findings.Error(property, $"{what}: {refusal}", "a PEM file");
            }
        }
    }

    private static void CheckMutualAuthentication(MutualAuthentication? settings, ResourceFindings findings)
    {
        if (settings is { Mode: MutualAuthenticationMode.Verify, TrustStoreFile: null })
        {
            findings.Error("MutualAuthentication", "to verify clients' certificates needs a trust store", "a PEM file of authorities");
        }
        else if (settings is { Mode: MutualAuthenticationMode.Passthrough }
            and not { TrustStoreFile: null, RevocationFiles.Length: 0, IgnoresClientCertificateExpiry: false, AdvertisesTrustStoreCaNames: false })
        {
            findings.Error(
                "MutualAuthentication",
                "passthrough verifies nothing, so a trust store, revocation lists and what is said about them mean nothing",
                "verify");
        }
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
