namespace Weir.Diagnosis.Servers;

/// <content>Ruby, .NET, Go, Rust and the Erlang family.</content>
public static partial class ServerCatalog
{
    private static IdleSetting Kestrel() => new()
    {
        Name = "Limits.KeepAliveTimeout",
        Unit = "a TimeSpan",
        Place = "builder.WebHost.ConfigureKestrel(options => …)",
        Write = static seconds => $"options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds({seconds})",
        Mark = SourceMark.Documented,
    };

    private static IEnumerable<ServerProfile> OtherServers() =>
    [
        new()
        {
            Name = "puma",
            DisplayName = "Puma",
            Aliases = ["rails", "sinatra"],
            Defaults =
            [
                Closes(20, SourceMark.Measured, "measured with 5.6.5: 20.2 s; puma History.md", "up to 6"),
                Closes(65, SourceMark.Documented, "puma History.md 7.0.0", "7 and later"),
            ],
            Setting = new()
            {
                Name = "persistent_timeout",
                Unit = "seconds",
                Place = "config/puma.rb; from Puma 7 also the environment: PUMA_PERSISTENT_TIMEOUT",
                Write = static seconds => $"persistent_timeout {seconds}",
                Mark = SourceMark.Documented,
            },
            RequestLimit = new(999, "max_keep_alive Float::INFINITY", "config/puma.rb (Puma 7 and later)", SourceMark.FromMemory),
            FirstByteTimer = "first_data_timeout, 30 s; a request that has begun gets 408",
            Closing = PlainClose,
            Trap = "Before Puma 7 the environment variable PUMA_PERSISTENT_TIMEOUT does nothing.",
        },
        new()
        {
            Name = "unicorn",
            DisplayName = "Unicorn",
            Defaults = [ClosesEach(SourceMark.FromMemory, "it has no keep-alive")],
            Closing = PlainClose,
        },
        new()
        {
            Name = "kestrel",
            DisplayName = "Kestrel",
            Aliases = ["aspnet", "asp.net", "aspnetcore", "dotnet"],
            Defaults =
            [
                // Its heartbeat looks once a second, and counts from the one after the answer.
                Closes(130, SourceMark.Measured, "measured with .NET 10: closes after 131.1 to 132.0 s", "from .NET 6 on") with { BufferSeconds = 1, PollSeconds = 1 },
                Closes(120, SourceMark.Documented, "KestrelServerLimits: 2 minutes", "before .NET 6"),
            ],
            Setting = Kestrel(),
            // Source: measured with .NET 10
            Http2Setting = Kestrel() with { Mark = SourceMark.Measured },
            FirstByteTimer = "the keep-alive timer; RequestHeadersTimeout (30 s) once bytes come",
            Closing = PlainClose,
        },
        new()
        {
            Name = "iis",
            DisplayName = "IIS",
            Aliases = ["http.sys", "httpsys"],
            Defaults = [Closes(120, SourceMark.Reported, "connectionTimeout, 2 minutes")],
            Setting = new()
            {
                Name = "limits connectionTimeout",
                Unit = "hours:minutes:seconds",
                Place = "the site in applicationHost.config, or its advanced settings",
                Write = static seconds => $"<limits connectionTimeout=\"{TimeSpan.FromSeconds(seconds):hh\\:mm\\:ss}\" />",
                Mark = SourceMark.Reported,
            },
            FirstByteTimer = "headerWaitTimeout",
            Closing = "RST (from memory)",
        },
        new()
        {
            Name = "go",
            DisplayName = "Go net/http",
            Aliases = ["golang", "gin", "echo", "chi"],
            Defaults = [Keeps(SourceMark.Documented, "net/http: Server.IdleTimeout")],
            Setting = new()
            {
                Name = "IdleTimeout",
                Unit = "a time.Duration",
                Place = "the http.Server, in code",
                Write = static seconds => $"IdleTimeout: {seconds} * time.Second",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "ReadHeaderTimeout, else ReadTimeout",
            Closing = PlainClose,
            Trap = "Where IdleTimeout is 0, ReadTimeout takes its place.",
        },
        new()
        {
            Name = "actix",
            DisplayName = "Actix Web",
            Aliases = ["actix-web"],
            Defaults = [Closes(5, SourceMark.Documented, "actix-web/src/server.rs")],
            Setting = new()
            {
                Name = "keep_alive",
                Unit = "a Duration",
                Place = "the HttpServer, in code",
                Write = static seconds => $".keep_alive(Duration::from_secs({seconds}))",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "408 after client_request_timeout, 5 s",
            Closing = "shuts its side, waits for client_disconnect_timeout (1 s), then closes",
        },
        new()
        {
            Name = "hyper",
            DisplayName = "hyper, axum",
            Aliases = ["axum", "warp", "tonic"],
            Defaults =
            [
                Keeps(SourceMark.Documented, "hyper/server/conn/http1.rs", "without a timer, as axum::serve"),
                Closes(30, SourceMark.Documented, "hyper/server/conn/http1.rs: header_read_timeout", "with a timer"),
            ],
            Setting = new()
            {
                Name = "header_read_timeout",
                Unit = "a Duration",
                Place = "hyper's http1::Builder, beside .timer(…), in code",
                Write = static seconds => $".header_read_timeout(Duration::from_secs({seconds}))",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "header_read_timeout, where a timer is set",
            Closing = PlainClose,
            Trap = "It counts only with a timer; axum::serve has none, and then nothing closes.",
        },
        new()
        {
            Name = "cowboy",
            DisplayName = "Cowboy",
            Aliases = ["plug-cowboy"],
            Defaults = [Closes(5, SourceMark.Documented, "cowboy_http manual: request_timeout")],
            Setting = new()
            {
                Name = "request_timeout",
                Unit = "milliseconds",
                Place = "the protocol options (Phoenix: http: [protocol_options: […]])",
                Write = static seconds => $"request_timeout: {seconds}_000, idle_timeout: {seconds}_000",
                Mark = SourceMark.Documented,
            },
            RequestLimit = new(1000, "max_keepalive: :infinity", "the protocol options", SourceMark.FromMemory),
            FirstByteTimer = "5 s",
            Closing = "shuts its side and takes late bytes for linger_timeout (1 s): FIN, no RST",
            Trap = "idle_timeout (60 s) alone changes nothing: request_timeout closes between requests.",
        },
        new()
        {
            Name = "bandit",
            DisplayName = "Bandit",
            Aliases = ["thousand-island"],
            Defaults = [Closes(60, SourceMark.Documented, "thousand_island.ex: read_timeout")],
            Setting = new()
            {
                Name = "read_timeout",
                Unit = "milliseconds",
                Place = "the endpoint's options (Phoenix: http: [thousand_island_options: […]])",
                Write = static seconds => $"read_timeout: {seconds}_000",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "60 s",
            Closing = PlainClose,
        },
    ];
}
