namespace Weir.Diagnosis.Servers;

/// <content>Web servers and proxies: a target, or the hop in front of one.</content>
public static partial class ServerCatalog
{
    private static IdleSetting Nginx() => new()
    {
        Name = "keepalive_timeout",
        Unit = "seconds",
        Place = "http, server or location in nginx.conf",
        Write = static seconds => $"keepalive_timeout {seconds}s;",
        Mark = SourceMark.Documented,
    };

    private static IdleSetting Apache() => new()
    {
        Name = "KeepAliveTimeout",
        Unit = "seconds",
        Place = "httpd.conf or apache2.conf, or the virtual host",
        Write = static seconds => $"KeepAliveTimeout {seconds}",
        Mark = SourceMark.Documented,
    };

    private static IEnumerable<ServerProfile> Proxies() =>
    [
        new()
        {
            Name = "nginx",
            DisplayName = "nginx",
            Aliases = ["openresty", "ingress-nginx"],
            IsProxy = true,
            Defaults = [Closes(75, SourceMark.Documented, "nginx.org, core module")],
            Setting = Nginx(),
            // Source: measured with 1.22.1; nginx.org, changes of 1.19.7
            Http2Setting = Nginx() with { Place = "http, server or location in nginx.conf (before 1.19.7: http2_idle_timeout)", Mark = SourceMark.Measured },
            Advertises = Advertising.ByOption,
            RequestLimit = new(1000, "keepalive_requests 1000000;", "http, server or location in nginx.conf (100 before 1.19.10)", SourceMark.Documented),
            FirstByteTimer = "client_header_timeout, 60 s",
            Closing = "shuts its side and takes late bytes, or closes at once",
            Trap = "Another keepalive_timeout in a server or location block wins; many packaged configurations set 65.",
        },
        new()
        {
            Name = "apache",
            DisplayName = "Apache httpd",
            Aliases = ["httpd", "apache2", "mod_php"],
            IsProxy = true,
            Defaults = [Closes(5, SourceMark.Measured, "measured with 2.4.71: 4.97 to 5.01 s; httpd include/httpd.h, modules/http/http_core.c")],
            Setting = Apache(),
            // Source: measured with 2.4.71
            Http2Setting = Apache() with { Mark = SourceMark.Measured },
            Advertises = Advertising.WhenAsked,
            RequestLimit = new(100, "MaxKeepAliveRequests 0", "httpd.conf or apache2.conf", SourceMark.Documented),
            FirstByteTimer = "mod_reqtimeout, 20 s after it accepts; with AcceptFilter data, its default, Linux keeps such connections from it for half a minute",
            Closing = "shuts its side and takes late bytes for 2 s: FIN, no RST",
            Trap = "MaxKeepAliveRequests closes after 100 requests all the same: set it to 0 too. With mpm_prefork an idle connection holds a process.",
        },
        new()
        {
            Name = "caddy",
            DisplayName = "Caddy",
            IsProxy = true,
            Defaults = [Closes(300, SourceMark.Documented, "caddy modules/caddyhttp/app.go")],
            Setting = CaddySetting(),
            FirstByteTimer = "1 minute (from memory)",
            Closing = PlainClose,
        },
        new()
        {
            Name = "traefik",
            DisplayName = "Traefik",
            IsProxy = true,
            Defaults = [Closes(180, SourceMark.Documented, "traefik docs, entry points")],
            Setting = new()
            {
                Name = "transport.respondingTimeouts.idleTimeout",
                Unit = "a duration",
                Place = "the entry point, in the static configuration",
                Write = static seconds => $"--entryPoints.web.transport.respondingTimeouts.idleTimeout={seconds}s",
                Mark = SourceMark.Documented,
            },
            Closing = PlainClose,
        },
        new()
        {
            Name = "haproxy",
            DisplayName = "HAProxy",
            IsProxy = true,
            Defaults = [Elsewhere(SourceMark.Documented, "haproxy configuration.txt: timeout http-request, then timeout client")],
            Setting = new()
            {
                Name = "timeout http-keep-alive",
                Unit = "milliseconds, or with its unit",
                Place = "defaults or frontend in haproxy.cfg",
                Write = static seconds => $"timeout http-keep-alive {seconds}s",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "408 after timeout http-request",
            Trap = "Unset, timeout http-request takes its place, and then timeout client.",
        },
        new()
        {
            Name = "envoy",
            DisplayName = "Envoy",
            Aliases = ["istio"],
            IsProxy = true,
            Defaults = [Closes(3600, SourceMark.Documented, "envoy docs, timeouts")],
            Setting = new()
            {
                Name = "common_http_protocol_options.idle_timeout",
                Unit = "a duration",
                Place = "the listener's HTTP connection manager",
                Write = static seconds => $"common_http_protocol_options: {{ idle_timeout: {seconds}s }}",
                Mark = SourceMark.Documented,
            },
            Closing = "FIN, then 1 s (from memory)",
        },
        new()
        {
            Name = "frankenphp",
            DisplayName = "FrankenPHP",
            TimerOf = "caddy",
            IsProxy = true,
            Defaults = [Closes(300, SourceMark.FromMemory, "Caddy's")],
            Setting = CaddySetting(),
            Closing = PlainClose,
        },
        new()
        {
            Name = "passenger",
            DisplayName = "Passenger",
            TimerOf = "nginx",
            IsProxy = true,
            Defaults = [Closes(75, SourceMark.FromMemory, "nginx's")],
            Setting = new()
            {
                Name = "keepalive_timeout",
                Unit = "seconds",
                Place = "the nginx that it runs in",
                Write = static seconds => $"keepalive_timeout {seconds}s;",
                Mark = SourceMark.FromMemory,
            },
            RequestLimit = new(1000, "keepalive_requests 1000000;", "the nginx that it runs in", SourceMark.FromMemory),
        },
    ];

    // These have no connections of their own.
    private static IEnumerable<ServerProfile> Frameworks() =>
    [
        Framework("django", "Django", "gunicorn", "uvicorn", "uwsgi"),
        Framework("flask", "Flask", "gunicorn", "uwsgi", "waitress"),
        Framework("php-fpm", "PHP-FPM", "nginx", "apache") with { Aliases = ["php", "fpm", "laravel", "wordpress"] },
        Framework("phoenix", "Phoenix", "bandit", "cowboy") with { Aliases = ["elixir"] },
    ];

    private static ServerProfile Framework(string name, string displayName, params string[] runsOn) => new()
    {
        Name = name,
        DisplayName = displayName,
        Defaults = [Elsewhere(SourceMark.Documented, "the server that it runs on")],
        RunsOn = runsOn,
    };

    private static IdleSetting CaddySetting() => new()
    {
        Name = "idle_timeout",
        Unit = "a duration",
        Place = "the global options of the Caddyfile (JSON: idle_timeout of the server)",
        Write = static seconds => $"servers {{ timeouts {{ idle {seconds}s }} }}",
        Mark = SourceMark.Documented,
    };
}
