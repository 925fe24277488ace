using System.Globalization;

namespace Weir.Bench;

/// <summary>How each proxy is configured and started: the one place that knows their command lines.</summary>
internal sealed class Proxies(Workspace workspace, BenchOptions options)
{
    // Room for the idle clients, the load's clients and the upstream connections. The quarter is nginx's: it closes idle
    // clients when less than a sixteenth of its connections is free.
    private int MaxConnections => options.IdleClients + (options.IdleClients / 4) + 500;

    // TLS 1.2 and 1.3, forward secrecy, the shorter AES first: what the peers' files say too.
    private const string SecurityPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

    private const string TargetGroup = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/bench/0123456789abcdef";

    public async Task<Server> StartOriginAsync()
    {
        int port = Workspace.FreePort(), http2Port = Workspace.FreePort();
        string file = workspace.Generate("origin.nginx.template", "origin.conf", new Dictionary<string, string>
        {
            ["port"] = Text(port),
            ["http2_port"] = Text(http2Port),
            ["max_connections"] = Text(MaxConnections),
            ["small_body"] = Workspace.SmallBody,
        });
        return await Server.StartAsync("origin", Cores.LoadAndOrigin, port, Nginx(file), workspace.PathOf("origin.out"), http2Port);
    }

    public async Task<Server> StartAsync(string name, int originPort, Profile profile)
    {
        int port = Workspace.FreePort();
        int plainPort = profile.Kind == ProfileKind.Flood ? Workspace.FreePort() : 0;
        string[] command = name == "weir"
            ? Weir(port, plainPort, originPort, profile)
            : Peer(name, port, plainPort, originPort, profile);
        return await Server.StartAsync(name, Cores.Proxy, port, command, workspace.PathOf(name + ".out"), plainPort);
    }

    private string[] Weir(int port, int plainPort, int originPort, Profile profile)
    {
        if (!File.Exists(options.WeirBinary)) throw new BenchException($"no {options.WeirBinary}: ./dev publish makes it");
        string[] listener = ["--listen", $"127.0.0.1:{port}"];
        if (profile.Certificate is { } kind)
        {
            TlsFiles files = TlsFiles.Create(workspace, kind);
            listener =
            [
                "--listen", $"https://127.0.0.1:{port}", "--certificate", files.Certificate, "--private-key", files.Key,
                "--security-policy", SecurityPolicy,
            ];
        }

        if (plainPort > 0) listener = [.. listener, "--listen", $"127.0.0.1:{plainPort}"];
        string[] run =
        [
            options.WeirBinary, "run",
            .. listener,
            "--target", $"http://127.0.0.1:{originPort}",
            .. profile.IsGrpc ? (string[])["--protocol-version", "GRPC", "--health-check-path", profile.Path, "--health-check-codes", "0"] : [],
            "--loops", "1",
            "--admin", "off",
        ];
        return profile.WithAccessLog ? [.. run, "--access-log", workspace.PathOf("weir.access")] : run;
    }

    private string[] Peer(string name, int port, int plainPort, int originPort, Profile profile)
    {
        TlsFiles? tls = profile.Certificate is { } kind ? TlsFiles.Create(workspace, kind) : null;
        string file = workspace.Generate($"proxy.{name}.template", name + ".conf", new Dictionary<string, string>
        {
            ["plain_nginx"] = plainPort == 0 ? "" : $"listen 127.0.0.1:{plainPort} backlog=4096;",
            ["plain_haproxy"] = plainPort == 0 ? "" : $"bind 127.0.0.1:{plainPort} backlog 4096",
            ["pass_nginx"] = profile.IsGrpc ? "grpc_pass grpc://origin" : "proxy_pass http://origin",
            ["server_haproxy"] = profile.IsGrpc ? " proto h2" : "",
            ["scheme"] = tls is null ? "http" : "https",
            ["listen_nginx"] = tls is null ? "" : " ssl http2",
            ["certificate_nginx"] = tls is null ? "" : $"ssl_certificate {tls.Certificate}; ssl_certificate_key {tls.Key};",
            ["bind_haproxy"] = tls is null ? "" : $" ssl crt {tls.Both} alpn h2,http/1.1",
            ["port"] = Text(port),
            ["origin_port"] = Text(originPort),
            ["max_connections"] = Text(MaxConnections),
            ["target_group"] = TargetGroup,
            ["access_log_nginx"] = profile.WithAccessLog ? $"{workspace.PathOf("nginx.access")} alb buffer=64k flush=1s" : "off",
            ["haproxy_buffer_bytes"] = profile.Path == "/1m" ? "65536" : "16384",
            // Standard output is a file here: its log without a log daemon on the other core.
            ["access_log_haproxy"] = profile.WithAccessLog ? "log stdout format raw daemon" : "# no access log in this profile",
            ["use_log_haproxy"] = profile.WithAccessLog ? "log global" : "no log",
        });
        return name == "nginx" ? Nginx(file) : ["haproxy", "-db", "-f", file];
    }

    private static string[] Nginx(string file) => ["nginx", "-e", "stderr", "-c", file];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
