namespace Weir.EndToEnd.Tests;

public sealed class BodyTests
{
    private const long LargeBodyBytes = 256L * 1024 * 1024;
    private const int PieceBytes = 64 * 1024;

    // What the kernel's buffers of two connections take is some megabytes; the balancer's own are small beside that.
    private const long AllowedOnTheWayBytes = 64L * 1024 * 1024;

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
    public async Task Download_ThatTheClientDoesNotRead_HoldsTheTargetBack()
    {
        long sent = 0;
        var connection = new TaskCompletionSource<int>();
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            connection.SetResult(exchange.PeerPort);
            await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: {LargeBodyBytes}\r\n\r\n");
            for (; sent < LargeBodyBytes; Interlocked.Add(ref sent, PieceBytes))
            {
                await exchange.Send(new byte[PieceBytes]);
            }
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port, receiveBufferBytes: 64 * 1024);

        await client.Send(RawClient.Get());
        int upstreamPort = await connection.Task.WaitAsync(Deadline.Token());
        await UntilHeldBack(weir, (target.Port, upstreamPort), (weir.Port, client.LocalPort));
        Assert.InRange(Interlocked.Read(ref sent), 1, AllowedOnTheWayBytes);
        await client.ReadThrough("\r\n\r\n");
        await client.Discard(LargeBodyBytes);
        Assert.Equal(LargeBodyBytes, Interlocked.Read(ref sent));
        Assert.Empty(target.Errors);
    }

    [Fact]
    public async Task Upload_ThatTheTargetDoesNotRead_HoldsTheClientBack()
    {
        long sent = 0;
        var connection = new TaskCompletionSource<int>();
        var mayRead = new TaskCompletionSource();
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            connection.SetResult(exchange.PeerPort);
            await mayRead.Task;
            for (long received = 0; received < LargeBodyBytes;)
            {
                byte[] bytes = await exchange.Receive();
                Assert.NotEmpty(bytes);
                received += bytes.Length;
            }

            await exchange.Answer("all of it");
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send($"POST / HTTP/1.1\r\nHost: e2e.test\r\nContent-Length: {LargeBodyBytes}\r\n\r\n");
        Task upload = Upload();
        int upstreamPort = await connection.Task.WaitAsync(Deadline.Token());
        await UntilHeldBack(weir, (client.LocalPort, weir.Port), (upstreamPort, target.Port));
        Assert.InRange(Interlocked.Read(ref sent), 1, AllowedOnTheWayBytes);
        mayRead.SetResult();
        await upload;
        Assert.Equal("all of it", (await client.ReadResponse()).Body);

        async Task Upload()
        {
            for (; sent < LargeBodyBytes; Interlocked.Add(ref sent, PieceBytes))
            {
                await client.Send(new byte[PieceBytes]);
            }
        }
    }

    // `from` is the connection on which the body comes, seen from its sender; `to` is the one on which it goes on, seen from
    // the balancer. The sender cannot get rid of its bytes, the balancer cannot get rid of what it has taken, the receiver
    // reads nothing; and the balancer, to which bytes have come, sleeps instead of reading them. A thread that the machine
    // has no time for does not sleep, and what moves shows in the second reading.
    private static Task UntilHeldBack(WeirProcess weir, (int Local, int Remote) from, (int Local, int Remote) to)
    {
        SocketQueues[] Read() =>
        [
            SocketQueues.At(from.Local, from.Remote), SocketQueues.At(from.Remote, from.Local),
            SocketQueues.At(to.Local, to.Remote), SocketQueues.At(to.Remote, to.Local),
        ];

        return Deadline.Until(
            () =>
            {
                SocketQueues[] before = Read();
                return before[0].UnsentBytes > 0 && before[1].UnreadBytes > 0 && before[2].UnsentBytes > 0 && before[3].UnreadBytes > 0
                    && weir.Sleeps() && before.SequenceEqual(Read());
            },
            "the sender is held back");
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
