namespace Weir.Diagnosis.Servers;

public static partial class ServerCatalog
{
    private const string TomcatSource = "tomcat docs/config/http.xml, Constants.java, conf/server.xml";

    private const string HalfClose = "closes its side first; bytes that come later are swallowed";

    // A channel that is registered is shut down, and closed at its selector's next round, a second later at the latest.
    // Source: JDK 17, sun.nio.ch.SocketChannelImpl (from memory); measured, docs/servers.md
    private const string SelectorClose = "closes its side first and the connection within a second; bytes that come later are swallowed until then";

    // Its poller looks at idle connections once a second.
    private static IdleDefault EmbeddedTomcat(string versions = "") =>
        Closes(60, SourceMark.Measured, $"measured with 10.1.60: closes after 60.1 to 61.0 s; {TomcatSource}", versions) with { PollSeconds = 1 };

    private static IEnumerable<ServerProfile> JavaServers() =>
    [
        new()
        {
            Name = "tomcat",
            DisplayName = "Tomcat",
            Defaults =
            [
                Closes(20, SourceMark.Documented, TomcatSource, "with the server.xml that it ships"),
                EmbeddedTomcat("embedded, as in Spring Boot"),
            ],
            Setting = new()
            {
                Name = "keepAliveTimeout",
                Unit = "milliseconds",
                Place = "the <Connector> in conf/server.xml",
                Write = static seconds => $"keepAliveTimeout=\"{seconds}000\"",
                Mark = SourceMark.Documented,
            },
            // Source: measured with 10.1.60, which heeds no other
            Http2Setting = new()
            {
                Name = "keepAliveTimeout",
                Unit = "milliseconds",
                Place = "the <UpgradeProtocol> of Http2Protocol inside the <Connector>, in conf/server.xml; not the <Connector>'s own",
                Write = static seconds => $"keepAliveTimeout=\"{seconds}000\"",
                Mark = SourceMark.Measured,
            },
            Advertises = Advertising.WhenAsked,
            RequestLimit = new(100, "maxKeepAliveRequests=\"-1\"", "the <Connector> in conf/server.xml", SourceMark.Documented),
            FirstByteTimer = "connectionTimeout",
            Closing = SelectorClose,
            Trap = "maxKeepAliveRequests closes after 100 requests all the same: set it to -1 too.",
        },
        new()
        {
            Name = "spring-boot",
            DisplayName = "Spring Boot (Tomcat)",
            TimerOf = "tomcat",
            Aliases = ["spring", "springboot", "embedded-tomcat"],
            Defaults = [EmbeddedTomcat()],
            Setting = new()
            {
                Name = "server.tomcat.keep-alive-timeout",
                Unit = "a duration",
                Place = "application.properties (Spring Boot 2.5 or later)",
                Write = static seconds => $"server.tomcat.keep-alive-timeout={seconds}s",
                Mark = SourceMark.Documented,
            },
            Advertises = Advertising.WhenAsked,
            RequestLimit = new(100, "server.tomcat.max-keep-alive-requests=-1", "application.properties", SourceMark.Reported),
            FirstByteTimer = "connectionTimeout",
            Closing = SelectorClose,
            Trap = "server.tomcat.max-keep-alive-requests closes after 100 requests all the same: set it to -1 too. HTTP/2 does not heed the timeout (spring-boot#30267).",
        },
        new()
        {
            Name = "jetty",
            DisplayName = "Jetty",
            Defaults = [Closes(30, SourceMark.Measured, "measured with 9.4.57: 30.0 s; copies of its http.mod")],
            Setting = new()
            {
                Name = "jetty.http.idleTimeout",
                Unit = "milliseconds",
                Place = "start.d/http.ini; under Spring Boot: server.jetty.connection-idle-timeout, a duration",
                Write = static seconds => $"jetty.http.idleTimeout={seconds}000",
                Mark = SourceMark.Reported,
            },
            FirstByteTimer = "the same as between requests",
            Closing = HalfClose,
            Trap = "It also cuts requests that are in hand and silent for so long.",
        },
        new()
        {
            Name = "undertow",
            DisplayName = "Undertow",
            Aliases = ["wildfly"],
            Defaults = [Closes(60, SourceMark.Documented, "undertow/Undertow.java: NO_REQUEST_TIMEOUT")],
            Setting = new()
            {
                Name = "server.undertow.no-request-timeout",
                Unit = "a duration; UndertowOptions.NO_REQUEST_TIMEOUT in code takes milliseconds",
                Place = "application.properties",
                Write = static seconds => $"server.undertow.no-request-timeout={seconds}s",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "60 s",
            Closing = PlainClose,
        },
        new()
        {
            Name = "reactor-netty",
            DisplayName = "Reactor Netty",
            Aliases = ["webflux", "spring-webflux"],
            Defaults = [Keeps(SourceMark.Documented, "reactor-netty docs, http-server.adoc")],
            Setting = new()
            {
                Name = "server.netty.idle-timeout",
                Unit = "a duration",
                Place = "application.properties, or HttpServer.idleTimeout() in code",
                Write = static seconds => $"server.netty.idle-timeout={seconds}s",
                Mark = SourceMark.Documented,
            },
            Closing = PlainClose,
        },
        new()
        {
            Name = "netty",
            DisplayName = "Netty",
            Defaults = [Keeps(SourceMark.FromMemory, "no handler closes unless one is added")],
            Setting = new()
            {
                Name = "IdleStateHandler",
                Unit = "seconds",
                Place = "the channel's pipeline, in code",
                Write = static seconds => $"new IdleStateHandler(0, 0, {seconds})",
                Mark = SourceMark.FromMemory,
            },
        },
        new()
        {
            Name = "vertx",
            DisplayName = "Vert.x",
            Aliases = ["vert.x"],
            Defaults = [Keeps(SourceMark.FromMemory, "idleTimeout is 0")],
            Setting = new()
            {
                Name = "idleTimeout",
                Unit = "seconds, unless setIdleTimeoutUnit says otherwise",
                Place = "HttpServerOptions, in code",
                Write = static seconds => $"setIdleTimeout({seconds})",
                Mark = SourceMark.FromMemory,
            },
        },
        new()
        {
            Name = "quarkus",
            DisplayName = "Quarkus",
            Defaults = [Closes(1800, SourceMark.FromMemory, "quarkus.http.idle-timeout is 30 minutes")],
            Setting = new()
            {
                Name = "quarkus.http.idle-timeout",
                Unit = "a duration",
                Place = "application.properties",
                Write = static seconds => $"quarkus.http.idle-timeout={seconds}s",
                Mark = SourceMark.FromMemory,
            },
        },
        new()
        {
            Name = "pekko",
            DisplayName = "Pekko HTTP",
            Aliases = ["akka", "akka-http", "pekko-http"],
            Defaults = [Closes(60, SourceMark.Documented, "pekko-http reference.conf")],
            Setting = new()
            {
                Name = "pekko.http.server.idle-timeout",
                Unit = "a duration",
                Place = "application.conf (Akka: akka.http.server.idle-timeout)",
                Write = static seconds => $"pekko.http.server.idle-timeout = {seconds}s",
                Mark = SourceMark.Documented,
            },
            FirstByteTimer = "60 s",
        },
        new()
        {
            Name = "play",
            DisplayName = "Play",
            Defaults = [Closes(75, SourceMark.FromMemory, "play.server.http.idleTimeout")],
            Setting = new()
            {
                Name = "play.server.http.idleTimeout",
                Unit = "a duration",
                Place = "application.conf",
                Write = static seconds => $"play.server.http.idleTimeout = {seconds}s",
                Mark = SourceMark.FromMemory,
            },
        },
    ];
}
