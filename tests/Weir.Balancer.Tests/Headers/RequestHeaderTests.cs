namespace Weir.Balancer.Tests;

/// <summary>The headers that the balancer makes for a target: its tables in the guide, row by row.</summary>
public sealed class RequestHeaderTests
{
    // Source: ALB user guide, X-Forwarded headers.
    [Theory]
    [InlineData("append", "", "X-Forwarded-For: 10.8.0.1")]
    [InlineData("append", "127.0.0.4", "X-Forwarded-For: 127.0.0.4, 10.8.0.1")]
    [InlineData("append", "127.0.0.4, 127.0.0.8", "X-Forwarded-For: 127.0.0.4, 127.0.0.8, 10.8.0.1")]
    [InlineData("append", "1.1.1.1|2.2.2.2", "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.8.0.1")]
    [InlineData("preserve", "", null)]
    [InlineData("preserve", "127.0.0.4", "X-Forwarded-For: 127.0.0.4")]
    [InlineData("preserve", "127.0.0.4, 127.0.0.8", "X-Forwarded-For: 127.0.0.4, 127.0.0.8")]
    [InlineData("remove", "", null)]
    [InlineData("remove", "127.0.0.4", null)]
    [InlineData("remove", "127.0.0.4, 127.0.0.8", null)]
    public void ForwardedFor_ByItsMode(string mode, string sent, string? expected)
    {
        string lines = string.Concat(
            sent.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static value => $"x-forwarded-for: {value}\r\n"));
        string head = Forwarded(
            $"GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n", new() { LoadBalancer = [$"routing.http.xff_header_processing.mode={mode}"] });
        Assert.Equal(expected, Lines(head, "X-Forwarded-For").SingleOrDefault());
    }

    [Theory]
    [InlineData("append", "X-Forwarded-For: 1.1.1.1, 10.8.0.1:32768")]
    [InlineData("preserve", "X-Forwarded-For: 1.1.1.1")]
    public void ForwardedFor_WithTheClientPort_OnlyWhereItAppends(string mode, string expected)
    {
        string head = Forwarded("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n", new()
        {
            LoadBalancer =
                [$"routing.http.xff_header_processing.mode={mode}", "routing.http.xff_client_port.enabled=true"],
        });
        Assert.Equal(expected, Lines(head, "X-Forwarded-For").Single());
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void ForwardedFor_MayHold30Addresses(int addresses, bool passes)
    {
        using var world = new BalancerWorld();
        world.Target.Script = static _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        string list = string.Join(',', Enumerable.Repeat("1.1.1.1", addresses));
        Peer client = world.Connect($"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {list}\r\n\r\n");
        Assert.StartsWith(passes ? "HTTP/1.1 200" : "HTTP/1.1 463", client.ReadHead(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProtoAndPort_OfTheClient_AreReplaced()
    {
        string head = Forwarded(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\n\r\n", new() { ListenPort = 8081 });
        Assert.Equal(["X-Forwarded-Proto: http"], Lines(head, "X-Forwarded-Proto"));
        Assert.Equal(["X-Forwarded-Port: 8081"], Lines(head, "X-Forwarded-Port"));
    }

    // Source: ALB user guide, host header preservation.
    [Theory]
    [InlineData(80, "/", "example.com", false, "example.com")]
    [InlineData(80, "/", "example.com", true, "example.com")]
    [InlineData(80, "/", "example.com:80", false, "example.com")]
    [InlineData(80, "/", "example.com:80", true, "example.com:80")]
    [InlineData(80, "/", "Example.COM", false, "example.com")]
    [InlineData(80, "/", "Example.COM", true, "Example.COM")]
    [InlineData(80, "http://dns_name/index.html", "example.com", false, "dns_name")]
    [InlineData(80, "http://dns_name/index.html", "example.com", true, "example.com")]
    [InlineData(8080, "/", "example.com", false, "example.com:8080")]
    [InlineData(8080, "/", "example.com", true, "example.com")]
    [InlineData(8080, "/", "example.com:9", false, "example.com:9")]
    [InlineData(80, "/", "[::1]:80", false, "[::1]")]
    [InlineData(8080, "/", "[::1]", false, "[::1]:8080")]
    public void Host_ByPortFormAndPreservation(int port, string target, string host, bool preserve, string expected)
    {
        string head = Forwarded($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n", new()
        {
            ListenPort = port,
            LoadBalancer = [$"routing.http.preserve_host_header.enabled={(preserve ? "true" : "false")}"],
        });
        Assert.Equal([$"Host: {expected}"], Lines(head, "Host"));
        Assert.StartsWith(target == "/" ? "GET / HTTP/1.1\r\n" : "GET /index.html HTTP/1.1\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a", "/")]
    [InlineData("http://a?q=1", "/?q=1")]
    [InlineData("http://a/x?q=1", "/x?q=1")]
    [InlineData("*", "*")]
    public void RequestTarget_GoesOnInOriginForm(string sent, string expected) =>
        Assert.StartsWith(
            $"OPTIONS {expected} HTTP/1.1\r\n", Forwarded($"OPTIONS {sent} HTTP/1.1\r\nHost: a\r\n\r\n", new()), StringComparison.Ordinal);

    // Source: ALB user guide, request tracing. SELF and ROOT stand for what is made here.
    [Theory]
    [InlineData("", "Root=ID")]
    [InlineData("Root=1-63441c4a-abcdef012345678912345678", "Self=ID;Root=1-63441c4a-abcdef012345678912345678")]
    [InlineData("Root=1-2-3;CalledFrom=app", "Self=ID;Root=1-2-3;CalledFrom=app")]
    [InlineData("Self=1-5-6;Root=1-2-3", "Self=ID;Root=1-2-3")]
    [InlineData("CalledFrom=app;Root=1-2-3;Self=1-5-6", "Self=ID;CalledFrom=app;Root=1-2-3")]
    [InlineData("Self=1-5-6", "Root=ID")]
    [InlineData("CalledFrom=app; Root=1-2-3", "Self=ID;CalledFrom=app;Root=1-2-3")]
    [InlineData("MyRoot=1-2-3", "Root=ID")]
    [InlineData("CalledFrom=Root=1-2-3", "Root=ID")]
    [InlineData("Self=Root=1-2-3;CalledFrom=app", "Root=ID")]
    [InlineData("Root", "Root=ID")]
    public void TraceId_FollowsTheTable(string sent, string expected)
    {
        string header = sent.Length == 0 ? "" : $"x-amzn-trace-id: {sent}\r\n";
        string head = Forwarded($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n", new());
        string pattern = expected.Replace("ID", "1-[0-9a-f]{8}-[0-9a-f]{24}", StringComparison.Ordinal);
        Assert.Matches($"^X-Amzn-Trace-Id: {pattern}$", Lines(head, "X-Amzn-Trace-Id").Single());
    }

    [Fact]
    public void TraceId_AmongMoreThan7KOfHeaders_IsMadeAnew()
    {
        string head = Forwarded(
            $"GET / HTTP/1.1\r\nHost: a\r\nX-Amzn-Trace-Id: Root=1-2-3\r\nX-Big: {new string('x', 7 * 1024)}\r\n\r\n", new());
        Assert.Matches("^X-Amzn-Trace-Id: Root=1-[0-9a-f]{8}-[0-9a-f]{24}$", Lines(head, "X-Amzn-Trace-Id").Single());
    }

    // Source: ALB user guide, desync mitigation mode.
    [Theory]
    [InlineData("monitor", "", true)]
    [InlineData("monitor", "Content-Length: 0\r\n", true)]
    [InlineData("monitor", "Content-Length: 0\r\nContent-Length: 0\r\n", true)]
    [InlineData("defensive", "", true)]
    [InlineData("defensive", "Content-Length: 0\r\n", true)]
    [InlineData("defensive", "Content-Length: 0\r\nContent-Length: 0\r\n", true)]
    [InlineData("defensive", "X-Bad: a\0b\r\n", false)]
    [InlineData("strictest", "", true)]
    [InlineData("strictest", "Content-Length: 0\r\n", false)]
    [InlineData("strictest", "Content-Length: 0\r\nContent-Length: 0\r\n", false)]
    [InlineData("strictest", "X-Bad: a\0b\r\n", false)]
    public void DesyncMode_DecidesByTheClass(string mode, string header, bool passes)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = [$"routing.http.desync_mitigation_mode={mode}"] });
        world.Target.Script = static _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        string head = world.Connect($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n").ReadHead();
        Assert.StartsWith(passes ? "HTTP/1.1 200" : "HTTP/1.1 400", head, StringComparison.Ordinal);
        bool closes = !passes || header.Contains("0\r\nContent", StringComparison.Ordinal);
        Assert.Contains(closes ? "Connection: close" : "Connection: keep-alive", head, StringComparison.Ordinal);
    }

    private static string Forwarded(string request, WorldOptions options)
    {
        using var world = new BalancerWorld(options);
        world.Connect(request);
        return world.Target.Accept().ReadHead();
    }

    private static string[] Lines(string head, string name) =>
        [.. head.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))];
}
