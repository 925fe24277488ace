using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>The <c>Certificates</c> of a listener: here each is a PEM file, whatever stands in the place of its ARN.</summary>
internal static class CertificateTemplate
{
    /// <summary>One without files is an error, and missing in the result.</summary>
    public static ImmutableArray<CertificateFiles> Define(ResourceProperties properties, TemplateOptions options, TemplateGivens givens)
    {
        var read = ImmutableArray.CreateBuilder<CertificateFiles>();
        for (var index = 0; index < properties.Count("Certificates"); index++)
        {
            var path = $"Certificates[{index}].CertificateArn";
            if (properties.Scalar(path) is not { } arn)
            {
                continue;
            }

            if (arn is { PlaceholderFor: null, Text: "" })
            {
                properties.Error(path, $"the CertificateArn of certificate {index + 1} is empty", "an ARN, or a PEM file with the certificate, its chain and the private key");
                continue;
            }

            var name = arn.PlaceholderFor ?? arn.Text;
            if (givens.TryGetCertificate(name, out var files))
            {
                read.Add(files);
            }
            else if (arn.PlaceholderFor is not null || arn.Text.StartsWith("arn:", StringComparison.Ordinal))
            {
                properties.Error(
                    path,
                    $"the certificate '{name}' is in AWS, and its private key cannot be had from there; "
                    + $"add {options.CertificateFlag} {name}=FILE",
                    "a PEM file with the certificate, its chain and the private key");
            }
            else
            {
                // As if the template were read where it lies.
                var file = Path.Combine(Path.GetDirectoryName(options.File) ?? "", arn.Text);
                read.Add(new CertificateFiles(file, file));
            }
        }

        return read.ToImmutable();
    }
}
