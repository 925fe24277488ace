using System.Net;
using Weir.Admin;
using Weir.Hosting;

namespace Weir.Tests.Admin;

public sealed class AdminEndpointTests
{
    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK, "ok\n")]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound, "not here; there are /status, /metrics and /healthz\n")]
    [InlineData("POST", "/status", HttpStatusCode.MethodNotAllowed, "GET only\n")]
    [InlineData("HEAD", "/status", HttpStatusCode.OK, "")]
    public async Task Answer_Request_IsAsDocumented(string method, string path, HttpStatusCode code, string body)
    {
        using RunningNode node = RunningNode.WithOneTarget();
        using LocalWebServer server = Start(node);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{server.EndPoint}{path}");

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(code, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Healthz_WhileDraining_Is503()
    {
        using RunningNode node = RunningNode.WithOneTarget();
        using LocalWebServer server = Start(node);
        node.Status.IsDraining = true;
        using var client = new HttpClient();

        using HttpResponseMessage response =
            await client.GetAsync($"http://{server.EndPoint}/healthz", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public void TryStart_TakenAddress_IsAValueAndNoException()
    {
        using RunningNode node = RunningNode.WithOneTarget();
        using LocalWebServer first = Start(node);

        LocalWebServer? second = AdminEndpoint.TryStart(first.EndPoint, node.Status, out ListenProblem? problem);

        Assert.Null(second);
        Assert.Equal(
            new ListenProblem($"cannot listen on {first.EndPoint}: another program has this address", ExitCode.AddressUnavailable),
            problem);
    }

    private static LocalWebServer Start(RunningNode node) =>
        AdminEndpoint.TryStart(new IPEndPoint(IPAddress.Loopback, 0), node.Status, out _)!;
}
