using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// A listener's <c>MutualAuthentication</c>, and the trust stores of a template: here each is a PEM file, whatever stands in the
/// place of its ARN.
/// </summary>
internal static class TrustStoreTemplate
{
    private const string Property = "MutualAuthentication";

    /// <summary>Null where clients are not asked, or there is an error.</summary>
    public static MutualAuthentication? Define(ResourceProperties properties, TemplateOptions options, TemplateGivens givens)
    {
        var mode = properties.Text($"{Property}.Mode");
        if (mode is not ("passthrough" or "verify"))
        {
            return null;
        }

        var arn = properties.Scalar($"{Property}.TrustStoreArn");
        var name = arn is null ? null : arn.PlaceholderFor ?? arn.Text;
        var file = arn is null ? null : FileOf(arn, name!, properties, options, givens);
        var lists = name is null ? [] : givens.Revocations(name);
        return arn is not null && file is null ? null : new MutualAuthentication
        {
            Mode = mode == "verify" ? MutualAuthenticationMode.Verify : MutualAuthenticationMode.Passthrough,
            TrustStoreFile = file,
            RevocationFiles = lists,
            IgnoresClientCertificateExpiry = properties.Flag($"{Property}.IgnoreClientCertificateExpiry") == true,
            AdvertisesTrustStoreCaNames = properties.Text($"{Property}.AdvertiseTrustStoreCaNames") == "on",
        };
    }

    /// <summary>What is revoked in AWS must be revoked here too: its lists have to be given. To be asked behind all listeners.</summary>
    public static void CheckRevocation(ResourceProperties properties, TemplateOptions options, TemplateGivens givens)
    {
        if (properties.Scalar("TrustStoreArn") is { } arn && (arn.PlaceholderFor ?? arn.Text) is var name && givens.LacksRevocations(name))
        {
            properties.Error(
                "TrustStoreArn",
                $"the revocation lists of trust store '{name}' are in AWS; add {options.RevocationFlag} {name}=FILE",
                "a PEM file with them");
        }
    }

    private static string? FileOf(ScalarNode arn, string name, ResourceProperties properties, TemplateOptions options, TemplateGivens givens)
    {
        if (givens.TryGetTrustStore(name, out var file))
        {
            return file;
        }

        if (arn.PlaceholderFor is null && !arn.Text.StartsWith("arn:", StringComparison.Ordinal))
        {
            // As if the template were read where it lies.
            return Path.Combine(Path.GetDirectoryName(options.File) ?? "", arn.Text);
        }

        properties.Error(
            $"{Property}.TrustStoreArn",
            $"the trust store '{name}' is in AWS; add {options.TrustStoreFlag} {name}=FILE",
            "a PEM file with the certificates of its authorities");
        return null;
    }
}
