namespace Weir.EndToEnd.Tests;

/// <summary>A gigabyte each way, with a look at the memory that it takes.</summary>
[Collection(AloneCollection.Name)]
public sealed class LargeBodyTests
{
    private const long BodyBytes = 1024L * 1024 * 1024;

    // Buffers of one connection are 64 KiB; the rest is what the allocator and the runtime have moved about.
    private const long AllowedGrowthBytes = 20L * 1024 * 1024;

    [Fact]
    public async Task Download_OfAGigabyte_TakesConstantMemory()
    {
        using RawTarget target = RawTarget.Start(SendGigabyte);
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        await Curl(weir, "-r", "0-1");
        long before = weir.ResidentBytes();

        ProgramRun curl = await Curl(weir, "-w", "%{http_code} %{size_download}");
        Assert.Equal($"200 {BodyBytes}", curl.Output);
        Assert.InRange(weir.ResidentBytes() - before, long.MinValue, AllowedGrowthBytes);
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public async Task Upload_OfAGigabyte_TakesConstantMemory(string framing)
    {
        long received = 0;
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            Assert.NotNull(exchange.Field(framing));
            received = await Count(exchange);
            await exchange.Answer("got it");
        });
        using var folder = new TempFolder();
        string file = folder.PathOf("sparse");
        await using (FileStream sparse = File.Create(file))
        {
            sparse.SetLength(BodyBytes);
        }

        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        long before = weir.ResidentBytes();
        string[] header = framing == "Content-Length" ? [] : ["-H", "Transfer-Encoding: chunked"];

        ProgramRun curl = await ProgramRun.Of(
            "curl", ["-sS", "-H", "Expect:", .. header, "-T", file, "-w", " %{http_code}", weir.Url + "/"], TimeSpan.FromSeconds(60));
        Assert.Equal("got it 200", curl.Output);
        Assert.Equal(BodyBytes, received);
        Assert.InRange(weir.ResidentBytes() - before, long.MinValue, AllowedGrowthBytes);
    }

    private static Task<ProgramRun> Curl(WeirProcess weir, params string[] options) =>
        ProgramRun.Of("curl", ["-sS", "-o", "/dev/null", .. options, weir.Url], TimeSpan.FromSeconds(60));

    private static async Task SendGigabyte(TargetExchange exchange)
    {
        byte[] piece = new byte[1024 * 1024];
        long bytes = exchange.Field("Range") is null ? BodyBytes : piece.Length;
        await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
        for (long sent = 0; sent < bytes; sent += piece.Length)
        {
            await exchange.Send(piece);
        }
    }

    // Counts content: of a chunked body, what is between the chunk lines (all zeros here, so a digit is framing).
    private static async Task<long> Count(TargetExchange exchange)
    {
        bool chunked = exchange.Field("Transfer-Encoding") is not null;
        long content = 0;
        byte[] end = [];
        while (chunked ? !end.AsSpan().EndsWith("0\r\n\r\n"u8) : content < BodyBytes)
        {
            byte[] bytes = await exchange.Receive();
            Assert.NotEmpty(bytes);
            content += bytes.AsSpan().Count((byte)0);
            end = [.. end.AsSpan()[^Math.Min(end.Length, 5)..], .. bytes.AsSpan()[^Math.Min(bytes.Length, 5)..]];
        }

        return content;
    }
}
