using System.Globalization;
using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client;

namespace Weir.EndToEnd.Tests;

/// <summary>Calls of a real client of gRPC to a real server, through a listener of HTTPS, of all four kinds.</summary>
[NativeOnly]
public sealed class GrpcTests
{
    private const string Grpc = "GRPC";

    [Theory]
    [InlineData(false, Grpc)]
    [InlineData(true, Grpc)]
    [InlineData(true, "HTTP2")]
    public async Task Calls_OfAllFourKinds_ComeThrough(bool tls, string version)
    {
        await using Http2Server server = await Http2Server.Start(tls);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", version);
        using GrpcChannel channel = Channel(site);
        CallInvoker calls = channel.CreateCallInvoker();
        CallOptions options = Options();

        AsyncUnaryCall<string> unary = calls.AsyncUnaryCall(
            EchoContract.UnaryMethod, null, options.WithHeaders(new Metadata { { "x-say", "this" } }), "hello");
        Assert.Equal("hello", await unary);
        Assert.Equal(StatusCode.OK, unary.GetStatus().StatusCode);
        Assert.Equal("this", unary.GetTrailers().GetValue("x-said"));

        using AsyncClientStreamingCall<string, string> collect = calls.AsyncClientStreamingCall(EchoContract.CollectMethod, null, options);
        for (int i = 0; i < 100; i++)
        {
            await collect.RequestStream.WriteAsync(i.ToString(CultureInfo.InvariantCulture), Deadline.Token());
        }

        await collect.RequestStream.CompleteAsync();
        Assert.Equal(string.Join('+', Enumerable.Range(0, 100)), await collect);

        using AsyncServerStreamingCall<string> repeat = calls.AsyncServerStreamingCall(EchoContract.RepeatMethod, null, options, "1000");
        int index = 0;
        await foreach (string message in repeat.ResponseStream.ReadAllAsync(Deadline.Token()))
        {
            Assert.Equal(new string((char)('a' + (index++ % 26)), 1_000), message);
        }

        Assert.Equal(1_000, index);

        using AsyncDuplexStreamingCall<string, string> chat = calls.AsyncDuplexStreamingCall(EchoContract.ChatMethod, null, options);
        for (int i = 0; i < 20; i++)
        {
            // Each answer before the next question: nothing waits for more to come together.
            await chat.RequestStream.WriteAsync($"{i}", Deadline.Token());
            Assert.True(await chat.ResponseStream.MoveNext(Deadline.Token()));
            Assert.Equal($"re: {i}", chat.ResponseStream.Current);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Deadline.Token()));

        Metrics metrics = await Metrics.Read(site.Weir.AdminUrl);
        Assert.Equal(4, metrics["weir_grpc_requests_total"]);
        Assert.Equal(1, metrics["weir_target_connections_opened_total"]);
        LogLine[] lines = await site.Weir.StopAndReadLog();
        Assert.All(lines, static line => Assert.Equal(["grpcs", "200", "200"], [line[1], line.ElbStatus, line.TargetStatus]));
        Assert.Equal(
            ["Chat", "Collect", "Repeat", "Unary"],
            lines.Select(static line => line[13].Split('/')[4].Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Status_OfTheServer_ComesBackWithItsTrailers()
    {
        await using Http2Server server = await Http2Server.Start(tls: true);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", Grpc);
        using GrpcChannel channel = Channel(site);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(
            async () => await channel.CreateCallInvoker().AsyncUnaryCall(EchoContract.UnaryMethod, null, Options(), "fail"));
        Assert.Equal(new Status(StatusCode.NotFound, "no such thing"), new Status(failed.StatusCode, failed.Status.Detail));
        Assert.Equal("42", failed.Trailers.GetValue("x-detail"));
    }

    [Fact]
    public async Task Call_ThatIsCancelled_EndsAlone()
    {
        await using Http2Server server = await Http2Server.Start(tls: false);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", Grpc);
        using GrpcChannel channel = Channel(site);
        CallInvoker calls = channel.CreateCallInvoker();
        using AsyncDuplexStreamingCall<string, string> kept = calls.AsyncDuplexStreamingCall(EchoContract.ChatMethod, null, Options());
        await kept.RequestStream.WriteAsync("one", Deadline.Token());
        Assert.True(await kept.ResponseStream.MoveNext(Deadline.Token()));
        using (AsyncDuplexStreamingCall<string, string> cancelled = calls.AsyncDuplexStreamingCall(EchoContract.ChatMethod, null, Options()))
        {
            await cancelled.RequestStream.WriteAsync("x", Deadline.Token());
            Assert.True(await cancelled.ResponseStream.MoveNext(Deadline.Token()));
        }

        await site.Weir.WaitForMetric("weir_http2_streams_reset_total", 1);
        await kept.RequestStream.WriteAsync("two", Deadline.Token());
        Assert.True(await kept.ResponseStream.MoveNext(Deadline.Token()));
        Assert.Equal("re: two", kept.ResponseStream.Current);
        Assert.Equal(1, (await Metrics.Read(site.Weir.AdminUrl))["weir_target_connections_opened_total"]);
    }

    [Fact]
    public async Task Call_WhoseTargetIsGone_IsUnavailable()
    {
        await using Http2Server server = await Http2Server.Start(tls: false);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", Grpc);
        await server.Stop();
        using GrpcChannel channel = Channel(site);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(
            async () => await channel.CreateCallInvoker().AsyncUnaryCall(EchoContract.UnaryMethod, null, Options(), "hello"));
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        Assert.Equal("unavailable", failed.Status.Detail);
        LogLine line = Assert.Single(await site.Weir.StopAndReadLog());
        Assert.Equal(["grpcs", "502", "-"], [line[1], line.ElbStatus, line.TargetStatus]);
    }

    [Theory]
    [InlineData("/weir.Echo/Unary", "0")]
    [InlineData("/weir.Echo/NoSuchMethod", "11-12")]
    public async Task HealthCheck_CallsTheMethod_AndGoesByItsStatus(string path, string codes)
    {
        await using Http2Server server = await Http2Server.Start(tls: true);
        // It waits until the target is healthy.
        await using HttpsSite site = await HttpsSite.Start(
            server.Url, "--protocol-version", Grpc, "--health-check-path", path, "--health-check-codes", codes);
        Assert.Equal(1, (await Metrics.Read(site.Weir.AdminUrl)).Sum("weir_target_healthy"));
    }

    private static CallOptions Options() => new(deadline: DateTime.UtcNow.Add(Deadline.Default), cancellationToken: Deadline.Token());

    private static GrpcChannel Channel(HttpsSite site) => GrpcChannel.ForAddress(
        $"https://127.0.0.1:{site.Weir.Port}",
        new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
#pragma warning disable CA5359 // The certificates of these tests are signed by nobody.
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                },
            },
        });
}
