namespace Weir.Diagnosis.Servers;

public static partial class ServerCatalog
{
    private static IEnumerable<ServerProfile> PythonServers() =>
    [
        new()
        {
            Name = "uvicorn",
            DisplayName = "uvicorn",
            Aliases = ["fastapi", "starlette"],
            Defaults = [Closes(5, SourceMark.Measured, "measured with 0.17.6; uvicorn/config.py, 0.51")],
            Setting = new()
            {
                Name = "--timeout-keep-alive",
                Unit = "seconds",
                Place = "uvicorn's command line, or timeout_keep_alive= in uvicorn.run()",
                Write = static seconds => $"--timeout-keep-alive {seconds}",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "none before the first answer",
            Closing = PlainClose,
            Trap = "As a worker of gunicorn it takes gunicorn's --keep-alive, and old versions take neither: probe it.",
        },
        new()
        {
            Name = "gunicorn",
            DisplayName = "gunicorn",
            Defaults =
            [
                Closes(2, SourceMark.Measured, "measured with 20.1.0: 2.00 to 3.00 s; gunicorn/workers/gthread.py, 26.1", "gthread") with { PollSeconds = 1 },
                Closes(2, SourceMark.Documented, "gunicorn/config.py, 26.1", "gevent, asgi"),
                Closes(2, SourceMark.Measured, "measured with 20.1.0; Kludex/uvicorn#194", "uvicorn worker"),
                Closes(5, SourceMark.Reported, "Kludex/uvicorn#194", "old uvicorn worker"),
                ClosesEach(SourceMark.Measured, "measured with 20.1.0; gunicorn/config.py", "sync worker"),
            ],
            Setting = new()
            {
                Name = "--keep-alive",
                Unit = "seconds",
                Place = "gunicorn's command line, or keepalive = in gunicorn.conf.py",
                Write = static seconds => $"--keep-alive {seconds}",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "none (gthread)",
            Closing = PlainClose,
            Trap = "Old uvicorn workers ignore it, and the sync worker has no keep-alive at all: probe it.",
        },
        new()
        {
            Name = "hypercorn",
            DisplayName = "Hypercorn",
            Aliases = ["quart"],
            Defaults = [Closes(5, SourceMark.Documented, "hypercorn/config.py, 0.18")],
            Setting = new()
            {
                Name = "keep_alive_timeout",
                Unit = "seconds",
                Place = "hypercorn's configuration file, or --keep-alive on its command line",
                Write = static seconds => $"keep_alive_timeout = {seconds}",
                Mark = SourceMark.Documented,
            },
            RequestLimit = new(1000, "keep_alive_max_requests = 1000000", "hypercorn's configuration file", SourceMark.Documented),
            FirstByteTimer = "the same timer, from the connect on",
            Closing = "closes its side first, then the connection",
        },
        new()
        {
            Name = "daphne",
            DisplayName = "Daphne",
            Aliases = ["channels", "twisted"],
            Defaults = [Closes(60, SourceMark.Measured, "measured with 4.0.0: Twisted's timeout of a site")],
            Trap = "Its --http-timeout is for requests, not for idle connections.",
        },
        new()
        {
            Name = "uwsgi",
            DisplayName = "uWSGI",
            Defaults = [Closes(60, SourceMark.Documented, "uwsgi-docs, HTTP.rst: http-timeout", "with http-keepalive")],
            Setting = new()
            {
                Name = "http-timeout",
                Unit = "seconds",
                Place = "uWSGI's ini file, beside http-keepalive = true",
                Write = static seconds => $"http-timeout = {seconds}",
                Mark = SourceMark.Documented,
            },
            Closing = PlainClose,
            Trap = "Without http-keepalive there are no idle connections, and no race.",
        },
        new()
        {
            Name = "waitress",
            DisplayName = "Waitress",
            Aliases = ["pyramid"],
            Defaults = [Closes(120, SourceMark.Documented, "waitress/adjustments.py: channel_timeout, cleanup_interval") with { PollSeconds = 30 }],
            Setting = new()
            {
                Name = "channel_timeout",
                Unit = "seconds",
                Place = "the arguments of serve(), or --channel-timeout on its command line",
                Write = static seconds => $"channel_timeout={seconds}",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "the same as between requests",
            Closing = PlainClose,
        },
        new()
        {
            Name = "werkzeug",
            DisplayName = "Werkzeug's development server",
            Aliases = ["flask-run"],
            Defaults = [ClosesEach(SourceMark.Documented, "werkzeug/serving.py: always Connection: close")],
            Closing = PlainClose,
        },
    ];
}
