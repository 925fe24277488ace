namespace Weir.Bench;

/// <summary>A wrong answer is often a fast one: each proxy must give the right one before it is measured.</summary>
internal static class ResponseCheck
{
    public static async Task ExpectOkAsync(Server server, Profile profile)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var address = new Uri($"http://127.0.0.1:{server.Port}{profile.Path}");
        using HttpResponseMessage response = profile.UploadBytes > 0
            ? await client.PostAsync(address, new ByteArrayContent(new byte[profile.UploadBytes]))
            : await client.GetAsync(address);
        int bodyBytes = (await response.Content.ReadAsByteArrayAsync()).Length;
        int expectedBytes = profile.Path switch { "/small" => 128, "/64k" => 64 * 1024, "/1m" => 1024 * 1024, _ => 2 };
        if ((int)response.StatusCode != 200 || bodyBytes != expectedBytes)
            throw new BenchException($"{server.Name} answered {(int)response.StatusCode} with {bodyBytes} bytes for {profile.Path}");
    }
}
