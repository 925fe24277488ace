using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>
/// Apache httpd, which half-closes an idle connection and swallows what comes later: the balancer sees FIN and never RST.
/// </summary>
internal sealed class ApacheRecipe(string program, string modules, bool isHttp2) : InstalledServerRecipe(program)
{
    // Source: Apache httpd 2.4, core, KeepAliveTimeout.
    private const int DefaultKeepAliveSeconds = 5;

    // Takes clients with prior knowledge, as a balancer is one. Source: Apache httpd 2.4, mod_http2, H2Direct.
    private const string Http2Module = "mod_http2.so";

    // More than there are connections: with every thread busy it would close idle connections before their time.
    // Source: Apache httpd 2.4, event MPM, "How it Works"
    private const int Threads = 512;

    public override string Name { get; } = ProgramSearch.Version(program, "-v").Replace("Server version: ", "", StringComparison.Ordinal);

    public override string PlainSetting => "Apache's default";

    protected override string FileName => "httpd.conf";

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"KeepAliveTimeout {keepAlive.TotalSeconds:0}");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        ServerRoot "{{folder}}"
        ServerName 127.0.0.1
        PidFile "{{folder}}/httpd.pid"
        DefaultRuntimeDir "{{folder}}"
        Listen {{endPoint}}
        LoadModule mpm_event_module "{{modules}}/mod_mpm_event.so"
        ServerLimit 1
        StartServers 1
        ThreadLimit {{Threads}}
        ThreadsPerChild {{Threads}}
        MaxRequestWorkers {{Threads}}
        MaxSpareThreads {{Threads}}
        LoadModule authz_core_module "{{modules}}/mod_authz_core.so"
        LoadModule alias_module "{{modules}}/mod_alias.so"
        {{Http2(modules)}}
        User #65534
        Group #65534
        DocumentRoot "{{folder}}"
        Redirect 204 "/"
        ErrorLog "/dev/stderr"
        LogFormat "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{X-Amzn-Trace-Id}i %m %U%q %>s" weir
        CustomLog "/dev/stdout" weir
        KeepAlive On
        KeepAliveTimeout {{keepAlive?.TotalSeconds ?? DefaultKeepAliveSeconds}}

        """);

    private string Http2(string modules) => isHttp2
        ? $"LoadModule http2_module \"{modules}/{Http2Module}\"\nProtocols h2c http/1.1"
        : "";

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        foreach (string argument in (string[])["-D", "FOREGROUND", "-f", file])
        {
            start.ArgumentList.Add(argument);
        }
    }
}
