namespace Weir.Diagnosis.Servers;

public static partial class ServerCatalog
{
    private const string NodeSource = "nodejs/node lib/_http_server.js";

    private const string PlainClose = "closes at once; bytes that come later are answered with RST";

    private const string HeadersTimeoutTrap =
        "headersTimeout must stay above keepAliveTimeout: Node.js 10.15 to 12.18 cut idle connections by it (nodejs/node#27363).";

    private static IReadOnlyList<IdleDefault> NodeDefaults() =>
    [
        Closes(5, SourceMark.Measured, "measured with 20.20.2: says timeout=5, closes after 6.005 s; nodejs/node#59243", "since 2024") with
        {
            BufferSeconds = 1,
        },
        Closes(5, SourceMark.Documented, NodeSource, "8 to the first of 22"),
        Closes(65, SourceMark.Documented, "nodejs/node#62782: merged, in no release by September 2026", "a coming version") with
        {
            BufferSeconds = 1,
        },
    ];

    private static IEnumerable<ServerProfile> JavaScriptServers() =>
    [
        new()
        {
            Name = "node",
            DisplayName = "Node.js",
            Aliases = ["nodejs", "node.js", "node-http"],
            Defaults = NodeDefaults(),
            Setting = OnNodeServer("server", "on the http.Server, in code, before it listens"),
            // Source: measured with 20.20.2, which closes nothing without it
            Http2Setting = new()
            {
                Name = "server.setTimeout",
                Unit = "milliseconds",
                Place = "on the Http2Server or Http2SecureServer, in code; 0, its default, closes nothing",
                Write = static seconds => $"server.setTimeout({seconds}000)",
                Mark = SourceMark.Measured,
            },
            Advertises = Advertising.Always,
            FirstByteTimer = "408 after headersTimeout (60 s), checked every 30 s",
            Closing = PlainClose,
            Trap = HeadersTimeoutTrap,
        },
        new()
        {
            Name = "express",
            DisplayName = "Express",
            TimerOf = "node",
            Aliases = ["koa", "connect", "hapi"],
            Defaults = NodeDefaults(),
            Setting = OnNodeServer("server", "in code, on what app.listen() returns: const server = app.listen(PORT)"),
            Advertises = Advertising.Always,
            Closing = PlainClose,
            Trap = HeadersTimeoutTrap,
        },
        new()
        {
            Name = "nest",
            DisplayName = "NestJS",
            TimerOf = "node",
            Aliases = ["nestjs"],
            Defaults = NodeDefaults(),
            Setting = OnNodeServer("server", "in main.ts: const server = app.getHttpServer()"),
            Advertises = Advertising.Always,
            Closing = PlainClose,
            Trap = HeadersTimeoutTrap + " With the Fastify adapter the default is 72 s.",
        },
        new()
        {
            Name = "next",
            DisplayName = "Next.js",
            TimerOf = "node",
            Aliases = ["nextjs", "next.js"],
            Defaults = NodeDefaults(),
            Setting = new()
            {
                Name = "--keepAliveTimeout",
                Unit = "milliseconds",
                Place = "the command that starts it; the standalone server reads it from the environment: KEEP_ALIVE_TIMEOUT",
                Write = static seconds => $"next start --keepAliveTimeout {seconds}000",
                Mark = SourceMark.Reported,
            },
            Advertises = Advertising.Always,
            Closing = PlainClose,
            Trap = "A custom server ignores the flag: set it on its http.Server, as with Node.js.",
        },
        new()
        {
            Name = "fastify",
            DisplayName = "Fastify",
            Defaults = [Closes(72, SourceMark.Documented, "fastify docs, Reference/Server.md")],
            Setting = new()
            {
                Name = "keepAliveTimeout",
                Unit = "milliseconds",
                Place = "the options of fastify()",
                Write = static seconds => $"keepAliveTimeout: {seconds}000",
                Mark = SourceMark.Documented,
            },
            Advertises = Advertising.Always,
            Closing = PlainClose,
        },
        new()
        {
            Name = "bun",
            DisplayName = "Bun",
            Aliases = ["elysia"],
            // A timer that ticks once a second, and counts whole ticks.
            Defaults = [Closes(10, SourceMark.Measured, "measured with 1.4.5: closes after 11.0 to 12.0 s; bun.sh, API, HTTP") with { BufferSeconds = 1, PollSeconds = 1 }],
            Setting = new()
            {
                Name = "idleTimeout",
                Unit = "seconds, at most 255",
                Place = "the options of Bun.serve()",
                Write = static seconds => $"idleTimeout: {seconds}",
                MaxSeconds = 255,
                Mark = SourceMark.Measured,
            },
            Trap = "A time that is set ends up to 3 s early: 20 was seen to close after 17.3 to 20.0 s. It also cuts requests that are in hand and silent for so long.",
        },
        new()
        {
            Name = "deno",
            DisplayName = "Deno",
            Aliases = ["hono"],
            Defaults = [Keeps(SourceMark.FromMemory, "no idle timeout in the manual of Deno.serve")],
        },
        new()
        {
            Name = "uwebsockets",
            DisplayName = "uWebSockets",
            Aliases = ["uws", "uwebsockets.js", "hyper-express"],
            // Its timers tick every 4 s. Source: uNetworking/uWebSockets#1242, uWebSockets.js#396.
            Defaults = [Closes(8, SourceMark.Reported, "uNetworking/uWebSockets#1242: 10 s, fixed in its source") with { PollSeconds = 4 }],
            Closing = PlainClose,
            Trap = "Its option idleTimeout is for WebSockets only.",
        },
    ];

    private static IdleSetting OnNodeServer(string variable, string place) => new()
    {
        Name = "server.keepAliveTimeout",
        Unit = "milliseconds",
        Place = place,
        // A second more for the headers: the two timers must never be equal. They have 60 s as they come, and less would be worse.
        Write = seconds => $"{variable}.keepAliveTimeout = {seconds}000" + (seconds < 59 ? "" : $"; {variable}.headersTimeout = {seconds + 1}000"),
        Mark = SourceMark.Documented,
    };
}
