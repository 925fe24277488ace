using System.Net;

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
        using HttpResponseMessage response = profile.UploadBytes > 0
            ? await client.PostAsync(address, new ByteArrayContent(new byte[profile.UploadBytes]))
            : await client.GetAsync(address);
        int bodyBytes = (await response.Content.ReadAsByteArrayAsync()).Length;
        int expectedBytes = profile.Path switch { "/small" => 128, "/64k" => 64 * 1024, "/1m" => 1024 * 1024, _ => 2 };
        if ((int)response.StatusCode != 200 || bodyBytes != expectedBytes)
            throw new BenchException($"{name} answered {(int)response.StatusCode} with {bodyBytes} bytes for {profile.Path}");
    }
}
