using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Weir.Diagnosis.Aws;

/// <summary>Signs a request of the Query API: a POST of a form to the root of a service.</summary>
// Source: AWS IAM user guide, create a signed AWS API request
internal static class RequestSigner
{
    public const string ContentType = "application/x-www-form-urlencoded; charset=utf-8";

    /// <summary>The headers to send besides the host: the time, the session's token where there is one, and the signature.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(
        Uri endpoint, string body, ImmutableCredentials credentials, string region, string service, DateTimeOffset now)
    {
        DateTime time = now.UtcDateTime;
        string stamp = time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        // Ordered by their names, as they are signed.
        List<KeyValuePair<string, string>> headers =
        [
            new("content-type", ContentType), new("host", endpoint.Authority), new("x-amz-date", stamp),
        ];
        if (credentials.UseToken) headers.Add(new("x-amz-security-token", credentials.Token));

        string signed = string.Join(';', headers.Select(static header => header.Key));
        var canonical = new StringBuilder("POST\n/\n\n");
        foreach ((string name, string value) in headers) canonical.Append(CultureInfo.InvariantCulture, $"{name}:{value}\n");
        canonical.Append(CultureInfo.InvariantCulture, $"\n{signed}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}");

        AWS4SigningResult result = AWS4Signer.ComputeSignature(credentials, region, time, service, signed, canonical.ToString());
        return [.. headers.Where(static header => header.Key.StartsWith("x-", StringComparison.Ordinal)), new("Authorization", result.ForAuthorizationHeader)];
    }
}
