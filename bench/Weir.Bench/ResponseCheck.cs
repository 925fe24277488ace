using System.Net;
using System.Net.Http.Headers;

namespace Weir.Bench;

/// <summary>A wrong answer is often a fast one: each proxy must give the right one before it is measured.</summary>
internal static class ResponseCheck
{
    public static Task ExpectOkAsync(Server server, Profile profile) => ExpectOkAsync(server.Port, server.Name, profile);

    public static async Task ExpectOkAsync(int port, string name, Profile profile)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        if (profile.Generator == LoadGenerator.H2Load)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        var address = new Uri(Tool.Address(profile, port));
        using var request = new HttpRequestMessage(profile.UploadBytes > 0 ? HttpMethod.Post : HttpMethod.Get, address)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = profile.UploadBytes > 0 ? new ByteArrayContent(new byte[profile.UploadBytes]) : null,
        };
        if (profile.IsGrpc)
        {
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        int bodyBytes = (await response.Content.ReadAsByteArrayAsync()).Length;
        int expectedBytes = profile.Path switch { "/small" or "/bench.Echo/Unary" => 128, "/64k" => 64 * 1024, "/1m" => 1024 * 1024, _ => 2 };
        if (profile.IsGrpc && !response.TrailingHeaders.TryGetValues("grpc-status", out _))
            throw new BenchException($"{name} lost the trailers of a gRPC answer");
        if ((int)response.StatusCode != 200 || bodyBytes != expectedBytes)
            throw new BenchException($"{name} answered {(int)response.StatusCode} with {bodyBytes} bytes for {profile.Path}");
    }
}
