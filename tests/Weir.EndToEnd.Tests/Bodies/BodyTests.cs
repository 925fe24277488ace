namespace Weir.EndToEnd.Tests;

public sealed class BodyTests
{
    [Fact]
    public async Task ChunkedBody_BothWays_ArrivesWhole()
    {
        using RawTarget target = RawTarget.Start(static async exchange =>
        {
            string body = await exchange.ReceiveThrough("0\r\n\r\n");
            string content = string.Concat(body.Split("\r\n").Where(static (_, i) => i % 2 == 1));
            await exchange.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (char c in content)
            {
                await exchange.Send($"1\r\n{c}\r\n");
            }

            await exchange.Send("0\r\n\r\n");
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        for (int i = 0; i < 2; i++)
        {
            await client.Send("POST / HTTP/1.1\r\nHost: e2e.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            await client.Send("7\r\n, world\r\n0\r\n\r\n");
            Assert.Equal("hello, world", (await client.ReadResponse()).Body);
        }

        Assert.Empty(target.Errors);
        Assert.Equal(1, target.Connections);
    }

    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("413 Content Too Large")]
    public async Task EarlyAnswer_WhileTheUploadRuns_ReachesTheClientWhole(string status)
    {
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            await exchange.Send($"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
            exchange.Close();
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send("POST / HTTP/1.1\r\nHost: e2e.test\r\nContent-Length: 1073741824\r\n\r\n");
        Task upload = UploadUntilRefused(client);
        RawResponse response = await client.ReadResponse();
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", response.Head, StringComparison.Ordinal);
        Assert.Equal("close", response.Field("Connection"));
        Assert.Equal("no", response.Body);
        client.Dispose();
        await upload;
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal([status[..3], status[..3]], [line.ElbStatus, line.TargetStatus]);
    }

    [Fact]
    public async Task ExpectContinue_WithCurl_IsAnsweredAtOnceAndNotForwarded()
    {
        using RawTarget target = RawTarget.Start(static async exchange => await exchange.Answer(await exchange.ReceiveThrough("end")));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);

        ProgramRun curl = await ProgramRun.Of(
            "curl", ["-sv", "-H", "Expect: 100-continue", "--expect100-timeout", "30", "--data-binary", "the end", weir.Url]);
        Assert.Equal("the end", curl.Output);
        Assert.Contains("< HTTP/1.1 100 Continue", curl.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Expect:", target.Heads.Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Download_ThatTheClientReadsSlowly_HoldsTheTargetBack()
    {
        long sent = 0;
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            byte[] piece = new byte[1024 * 1024];
            await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: {256L * piece.Length}\r\n\r\n");
            for (int i = 0; i < 256; i++)
            {
                await exchange.Send(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port, receiveBufferBytes: 64 * 1024);

        await client.Send(RawClient.Get());
        long before = -1;
        // It has stopped when half a second passes without a byte: what the kernel's buffers take is some megabytes.
        await Deadline.Until(
            async () =>
            {
                before = Interlocked.Read(ref sent);
                await Task.Delay(500);
                return before > 0 && before == Interlocked.Read(ref sent);
            },
            "the target is held back");
        Assert.InRange(before, 1, 64L * 1024 * 1024);
    }

    // What is not read is thrown away by the balancer for a while, and then reset; neither may lose the answer.
    private static async Task UploadUntilRefused(RawClient client)
    {
        byte[] piece = new byte[64 * 1024];
        try
        {
            for (long sent = 0; sent < 1024L * 1024 * 1024; sent += piece.Length)
            {
                await client.Send(piece);
            }
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // As soon as the connection is closed.
        }
    }
}
