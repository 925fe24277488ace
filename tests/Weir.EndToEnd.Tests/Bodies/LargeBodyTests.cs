namespace Weir.EndToEnd.Tests;

/// <summary>Gigabytes each way, with a look at the most memory that they take.</summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class LargeBodyTests
{
    private const long BytesPerGibibyte = 1024L * 1024 * 1024;
    private const int LongGibibytes = 10;

    // Buffers of one connection are 64 KiB; the rest is what the allocator and the runtime have moved about.
    private const long AllowedGrowthBytes = 20L * 1024 * 1024;

    // On a machine that is busy with something else.
    private static readonly TimeSpan _limitPerGibibyte = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Download_OfOneGibibyte_TakesConstantMemory() => Download(1);

    [Fact(Explicit = true)]
    public Task Download_OfTenGibibytes_TakesConstantMemory() => Download(LongGibibytes);

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public Task Upload_OfOneGibibyte_TakesConstantMemory(string framing) => Upload(1, framing);

    [Theory(Explicit = true)]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public Task Upload_OfTenGibibytes_TakesConstantMemory(string framing) => Upload(LongGibibytes, framing);

    private static async Task Download(int gibibytes)
    {
        long bodyBytes = gibibytes * BytesPerGibibyte;
        using RawTarget target = RawTarget.Start(exchange => SendBody(exchange, bodyBytes));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        // What a first download allocates for good.
        await Curl(weir, gibibytes, "-r", "0-1");
        long before = weir.ResidentBytes();
        weir.ForgetPeak();

        ProgramRun curl = await Curl(weir, gibibytes, "-w", "%{http_code} %{size_download}");
        Assert.Equal($"200 {bodyBytes}", curl.Output);
        Assert.InRange(weir.PeakResidentBytes() - before, long.MinValue, AllowedGrowthBytes);
    }

    private static async Task Upload(int gibibytes, string framing)
    {
        long bodyBytes = gibibytes * BytesPerGibibyte;
        long received = 0;
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            Assert.NotNull(exchange.Field(framing));
            received = await Count(exchange, bodyBytes);
            await exchange.Answer("got it");
        });
        using var folder = new TempFolder();
        string file = folder.PathOf("sparse");
        await using (FileStream sparse = File.Create(file))
        {
            sparse.SetLength(bodyBytes);
        }

        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        long before = weir.ResidentBytes();
        weir.ForgetPeak();
        string[] header = framing == "Content-Length" ? [] : ["-H", "Transfer-Encoding: chunked"];

        ProgramRun curl = await ProgramRun.Of(
            "curl",
            ["-sS", "-H", "Expect:", .. header, "-T", file, "-w", " %{http_code}", weir.Url + "/"],
            gibibytes * _limitPerGibibyte);
        Assert.Equal("got it 200", curl.Output);
        Assert.Equal(bodyBytes, received);
        Assert.InRange(weir.PeakResidentBytes() - before, long.MinValue, AllowedGrowthBytes);
    }

    private static Task<ProgramRun> Curl(WeirProcess weir, int gibibytes, params string[] options) =>
        ProgramRun.Of("curl", ["-sS", "-o", "/dev/null", .. options, weir.Url], gibibytes * _limitPerGibibyte);

    private static async Task SendBody(TargetExchange exchange, long bodyBytes)
    {
        byte[] piece = new byte[1024 * 1024];
        long bytes = exchange.Field("Range") is null ? bodyBytes : piece.Length;
        await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
        for (long sent = 0; sent < bytes; sent += piece.Length)
        {
            await exchange.Send(piece);
        }
    }

    // Counts content: of a chunked body, what is between the chunk lines (all zeros here, so a digit is framing).
    private static async Task<long> Count(TargetExchange exchange, long bodyBytes)
    {
        bool chunked = exchange.Field("Transfer-Encoding") is not null;
        long content = 0;
        byte[] end = [];
        while (chunked ? !end.AsSpan().EndsWith("0\r\n\r\n"u8) : content < bodyBytes)
        {
            byte[] bytes = await exchange.Receive();
            Assert.NotEmpty(bytes);
            content += bytes.AsSpan().Count((byte)0);
            end = [.. end.AsSpan()[^Math.Min(end.Length, 5)..], .. bytes.AsSpan()[^Math.Min(bytes.Length, 5)..]];
        }

        return content;
    }
}
