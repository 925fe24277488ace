using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weir.Tests.Aws;

namespace Weir.Diagnosis.Tests.Aws;

/// <summary>Computes the signature of a request as its receiver would, from what came over the wire alone.</summary>
// Source: AWS IAM user guide, create a signed AWS API request
internal static class SignatureCheck
{
    public static bool IsGood(LocalRequest request, string secretKey)
    {
        string[] parts = request.Headers["Authorization"]["AWS4-HMAC-SHA256 ".Length..].Split(", ");
        string[] scope = parts[0]["Credential=".Length..].Split('/');
        string[] names = parts[1]["SignedHeaders=".Length..].Split(';');
        string canonical = string.Join('\n', [request.Method, request.Path, "", .. names.Select(name => $"{name}:{request.Headers[name]}"), "", string.Join(';', names), Hex(SHA256.HashData(Bytes(request.Body)))]);
        string text = string.Join('\n', "AWS4-HMAC-SHA256", request.Headers["x-amz-date"], string.Join('/', scope[1..]), Hex(SHA256.HashData(Bytes(canonical))));
        byte[] key = scope[1..].Aggregate(Bytes("AWS4" + secretKey), static (key, part) => HMACSHA256.HashData(key, Bytes(part)));
        return parts[2] == string.Create(CultureInfo.InvariantCulture, $"Signature={Hex(HMACSHA256.HashData(key, Bytes(text)))}");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
