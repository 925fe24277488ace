using System.Globalization;

namespace Weir.Balancer.Tests;

/// <summary>Every failure that a request alone can cause: the bytes to the client, the log line and the counter.</summary>
public sealed class PageTests
{
    private const string Host = "Host: example.com\r\n";

    // Bytes, status text, keeps the connection, reason, log fields 5 to 12 with the sizes of the page.
    public static TheoryData<string, string, bool, FailureReason, string> Refused => new()
    {
        { "GET / HTTP/1.1\r\n\r\n", "400 Bad Request", false, FailureReason.MissingHost, "- -1 -1 -1 400 - 0 272" },
        { "\x16\x03\x01\r\n\r\n", "400 Bad Request", false, FailureReason.MalformedRequest, "- -1 -1 -1 400 - 0 272" },
        { $"GET / HTTP/1.1\r\n{Host}Transfer-Encoding : chunked\r\n\r\n", "400 Bad Request", false, FailureReason.MalformedRequest, "- -1 -1 -1 400 - 0 272" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request", false, FailureReason.MalformedRequest, "- -1 -1 -1 400 - 0 272" },
        { $"GET / HTTP/1.1\r\n{Host}A: {new string('a', 16 * 1024)}\r\n\r\n", "400 Bad Request", false, FailureReason.RequestHeadersTooLarge, "- -1 -1 -1 400 - 0 272" },
        { $"GET /{new string('a', 16 * 1024)} HTTP/1.1\r\n{Host}\r\n", "414 Request-URI Too Large", false, FailureReason.RequestLineTooLong, "- -1 -1 -1 414 - 0 302" },
        { $"TRACE / HTTP/1.1\r\n{Host}\r\n", "405 Not Allowed", true, FailureReason.MethodNotAllowed, "- -1 -1 -1 405 - 39 277" },
        { $"CONNECT example.com:443 HTTP/1.1\r\n{Host}\r\n", "405 Not Allowed", true, FailureReason.MethodNotAllowed, "- -1 -1 -1 405 - 55 277" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented", false, FailureReason.TransferCodingNotSupported, "- -1 -1 -1 501 - 0 284" },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 HTTP Version Not Supported", false, FailureReason.VersionNotSupported, "- -1 -1 -1 505 - 0 317" },
        { "GET /\r\n", "505 HTTP Version Not Supported", false, FailureReason.VersionNotSupported, "- -1 -1 -1 505 - 0 317" },
        { $"GET / HTTP/1.1\r\n{Host}X-Forwarded-For: {string.Join(", ", Enumerable.Repeat("1.2.3.4", 31))}\r\n\r\n", "463 Too Many X-Forwarded-For Addresses", true, FailureReason.TooManyForwardedAddresses, "- -1 -1 -1 463 - 333 346" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Request_ThatIsRefused_GetsItsPageItsLineAndItsCount(
        string request, string status, bool keepAlive, FailureReason reason, string outcome)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(request);
        string expected = BalancerWorld.Page(status, keepAlive);
        string page = keepAlive ? client.ReadTo("</html>\r\n") : client.ReadToEnd();
        Assert.Equal(expected, BalancerWorld.Masked(page));
        Assert.Equal(!keepAlive, client.Ended);
        Assert.Equal(0, world.Target.Accepted);

        int code = int.Parse(status[..3], CultureInfo.InvariantCulture);
        Assert.Equal(1, world.Counters[reason]);
        Assert.Equal(code < 500 ? 1 : 0, world.Counters[Counter.ElbCode4xx]);
        Assert.Equal(code >= 500 ? 1 : 0, world.Counters[Counter.ElbCode5xx]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);

        LogLine line = Assert.Single(world.Log());
        Assert.Equal(outcome, line.Outcome);
        Assert.Equal("- \"-\"", $"{line[17]} {line[23]}");
        Assert.Equal("-", line[21]);
    }

    [Fact]
    public void Head_ThatFails_GetsThePageWithoutItsBody()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        Peer client = world.Connect($"HEAD / HTTP/1.1\r\n{Host}\r\n");
        Assert.Equal(
            BalancerWorld.Page("503 Service Temporarily Unavailable", true, head: true),
            BalancerWorld.Masked(client.ReadHead()));
        client.Send($"HEAD / HTTP/1.1\r\n{Host}\r\n");
        client.ReadHead();
        Assert.Equal(["503 - 38 175", "503 - 38 175"], world.Log().Select(line => line.CodesAndBytes));
    }

    [Fact]
    public void Group_WithoutTargets_Is503AndNamesTheGroup()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        Peer client = world.Connect($"GET / HTTP/1.1\r\n{Host}\r\n");
        Assert.Equal(
            BalancerWorld.Page("503 Service Temporarily Unavailable", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[Counter.ElbCode503]);
        Assert.Equal(0, world.Counters[Counter.RequestsRouted]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("- -1 -1 -1 503 - 37 337", line.Outcome);
        Assert.Equal(world.Node.Snapshot.TargetGroups[0].Arn, line[17]);
        Assert.Equal("0", line[21]);
        Assert.Equal("\"forward\"", line[23]);
    }

    [Fact]
    public void Page_WithoutServerHeaderAndWithInsertedOnes_IsAsTheListenerSays()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            Targets = 0,
            Listener =
            [
                "routing.http.response.server.enabled=false",
                "routing.http.response.x_frame_options.header_value=DENY",
            ],
        });
        Peer client = world.Connect($"GET / HTTP/1.1\r\n{Host}\r\n");
        string head = BalancerWorld.Masked(client.ReadHead());
        Assert.Equal(
            "HTTP/1.1 503 Service Temporarily Unavailable\r\nDate: *\r\nContent-Type: text/html\r\nContent-Length: 162\r\n"
            + "Connection: keep-alive\r\nX-Frame-Options: DENY\r\n\r\n",
            head);
    }

    [Fact]
    public void MalformedRequest_Line_IsAsObserved()
    {
        using var world = new BalancerWorld();
        world.Connect("\x80\x81 / HTTP/1.1\r\n\r\n").ReadToEnd();
        LogLine line = Assert.Single(world.Log());
        string dns = world.Node.Snapshot.LoadBalancers[0].DnsName;
        string id = world.Node.Snapshot.LoadBalancers[0].ResourceId;
        Assert.Equal(
            $"http {line[2]} {id} 10.8.0.1:32768 - -1 -1 -1 400 - 0 272 \"- http://{dns}:80- -\" \"-\" - - - \"-\" \"-\" \"-\" - "
            + $"{line[22]} \"-\" \"-\" \"-\" \"-\" \"-\" {line[28]} {line[29]} {line[30]} \"-\" \"-\" \"-\" 10.9.0.1 \"-\" \"-\"",
            line.Text);
        Assert.Matches("^TID_[0-9a-f]{32}$", line[30]);
    }

    [Fact]
    public void Strictest_AcceptableRequest_IsRefusedAndCountedAsNonCompliant()
    {
        using var world = new BalancerWorld(
            new WorldOptions { LoadBalancer = ["routing.http.desync_mitigation_mode=strictest"] });
        Peer client = world.Connect($"GET / HTTP/1.1\r\n{Host}Content-Length: 0\r\n\r\n");
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.Equal(1, world.Counters[Counter.NonCompliantRequests]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("\"Acceptable\" \"GetHeadZeroContentLength\"", $"{line[28]} {line[29]}");
    }
}
