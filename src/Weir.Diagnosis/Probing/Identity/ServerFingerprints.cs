using System.Globalization;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// Names a server by its behaviour: the one row of the table that fits it whole. Where none does, or more than one, the
/// server is unknown. What a server calls itself counts beside its behaviour only, for anybody can say anything.
/// </summary>
// Source: measured, docs/servers.md: every row was seen on that server, and on no other of those.
public static class ServerFingerprints
{
    // The grain of a timer on a busy machine.
    private const double ExactSeconds = 0.35;

    // Looks for idle connections about once a second, and no more often.
    private const double PollSeconds = 1.35;

    private static readonly ServerFingerprint[] _table =
    [
        new("node", "Node.js",
        [
            new(static traits => traits is { TimeoutSaid: not null, SaysTimeoutUnasked: true, SaysKeepAliveUnasked: true },
                "it says its timeout to every request"),
            new(static traits => traits.HasInOrder("Date", "Connection", "Keep-Alive") && !traits.HasInOrder("Server", "Date"),
                "Date, Connection and Keep-Alive stand together"),
            new(static traits => ClosesAfterSaid(traits, 0, 1) && (traits.FirstClose is null || traits.ClosesWhole),
                static traits => traits.CloseAfterSaid is { } later ? Later(later) : null),
        ]),
        new("apache", "Apache httpd",
        [
            new(static traits => traits is { TimeoutSaid: not null, SaysTimeoutUnasked: false, MaxSaid: not null },
                "it says timeout and max, but only to requests with Connection: keep-alive"),
            new(static traits => (traits.ClosesHalf && ClosesAfterSaid(traits, 0, 0)) || ClosesAtMax(traits),
                static traits => traits.ClosesHalf ? "it half-closes, and swallows what comes later" : "it announces the close after one request more than it says"),
        ]),
        new("tomcat", "Tomcat",
        [
            new(static traits => traits is { TimeoutSaid: not null, SaysTimeoutUnasked: false, MaxSaid: null, SaysKeepAliveAsked: true },
                "it says its timeout only to requests with Connection: keep-alive"),
            new(static traits => !traits.HasReason, "no reason phrase"),
            new(static traits => ClosesAfterSaid(traits, 0, 1), static traits => traits.CloseAfterSaid is { } later ? Later(later) : null),
        ]),
        new("nginx", "nginx",
        [
            new(static traits => traits is { SaysKeepAliveAsked: true, SaysKeepAliveUnasked: true, MaxSaid: null },
                "it says Connection: keep-alive to every request"),
            new(static traits => traits.PlaceOf("Server") == 0 && traits.PlaceOf("Date") == 1 && traits.PlaceOf("Connection") > 2,
                "Server and Date come first, Connection after what describes the body"),
            new(static traits => traits.FirstClose is null || (traits.ClosesWhole && traits.Spread.TotalSeconds < ExactSeconds),
                static traits => traits.FirstClose is null ? null : "its timer is exact"),
        ]),
        new("gunicorn", "gunicorn",
        [
            new(static traits => traits.PlaceOf("Server") == 0 && traits.HasInOrder("Server", "Date", "Connection")
                    && Math.Max(traits.PlaceOf("Content-Type"), traits.PlaceOf("Content-Length")) > 2,
                "Server, Date and Connection come first, what the application says after them"),
            new(static traits => traits is { KeepsNoConnection: true } or { SaysKeepAliveAsked: true, SaysKeepAliveUnasked: true, TimeoutSaid: null },
                static traits => traits.KeepsNoConnection ? "it ends every connection, as its sync worker does" : "it says Connection: keep-alive to every request"),
            new(static traits => traits.FirstClose is null || (traits.ClosesWhole && traits.Spread.TotalSeconds < PollSeconds),
                static traits => traits.Spread.TotalSeconds > ExactSeconds ? "it looks for idle connections about once a second" : null),
        ]),
        new("uvicorn", "uvicorn",
        [
            new(static traits => traits.PlaceOf("date") == 0 && traits.PlaceOf("server") == 1 && traits.HasReason,
                "date and server come first, in small letters"),
            new(static traits => traits.SaysNothing, "it says nothing of keep-alive"),
            new(static traits => traits.Silent is SilentOutcome.NotWaitedFor or SilentOutcome.StillOpen,
                static traits => traits.Silent == SilentOutcome.StillOpen ? "it waits for a first byte without end" : null),
            new(static traits => traits.FirstClose is null || (traits.ClosesWhole && traits.Spread.TotalSeconds < ExactSeconds),
                static traits => traits.FirstClose is null ? null : "its timer is exact"),
        ]),
        new("hypercorn", "Hypercorn",
        [
            new(static traits => traits.HasSmallFields && traits.HasInOrder("date", "server") && traits.PlaceOf("date") > 0,
                "date and server come after what the application says, in small letters"),
            new(static traits => !traits.HasReason && traits.SaysNothing, "no reason phrase"),
        ]),
        new("kestrel", "Kestrel (ASP.NET Core)",
        [
            new(static traits => traits.Claim == "Kestrel" && traits.HasInOrder("Date", "Server"), "it calls itself Kestrel, right after Date"),
            new(static traits => traits.SaysNothing && traits.HasReason, "it says nothing of keep-alive"),
            new(static traits => traits is { FirstClose: null } or { ClosesWhole: true },
                static traits => traits.FirstClose is null ? null : "it closes both ways"),
        ]),
        new("jetty", "Jetty",
        [
            new(static traits => traits.Claim is { } claim && claim.StartsWith("Jetty", StringComparison.Ordinal), "it calls itself Jetty"),
            new(static traits => traits.SaysNothing, "it says nothing of keep-alive"),
            new(static traits => traits.Silent != SilentOutcome.Closed || traits.FirstClose is not { } first || Same(traits.SilentAge, first),
                static traits => traits.Silent == SilentOutcome.Closed && traits.FirstClose is not null ? "one timer for idle and for silent connections" : null),
            new(static traits => traits.FirstClose is null || traits.ClosesHalf,
                static traits => traits.FirstClose is null ? null : "it half-closes first"),
        ]),
        new("puma", "Puma",
        [
            new(static traits => traits.Claim is null && traits.PlaceOf("Date") < 0 && traits.PlaceOf("date") < 0 && traits.SaysNothing,
                "neither Date nor Server nor a word of keep-alive"),
            new(static traits => traits.PlaceOf("content-type") >= 0 && traits.Fields[^1] is "Content-Length" or "Transfer-Encoding",
                "the body's length comes last, after what the application says in small letters"),
            new(static traits => traits is { Silent: SilentOutcome.Closed, SilentStatusCode: null or 408 }
                    && (traits.FirstClose is not { } first || !Same(traits.SilentAge, first)),
                "it closes silent connections, by a timer of their own"),
            new(static traits => traits is { FirstClose: null } or { ClosesWhole: true },
                static traits => traits.FirstClose is null ? null : "it closes both ways"),
        ]),
        new("waitress", "waitress",
        [
            new(static traits => traits.Claim == "waitress", "it calls itself waitress"),
            new(static traits => traits.SaysNothing && traits.Fields.SequenceEqual(traits.Fields.Order(StringComparer.Ordinal)),
                "its fields stand in the order of the alphabet"),
        ]),
        new("daphne", "Daphne",
        [
            new(static traits => traits.Claim == "daphne", "it calls itself daphne"),
            new(static traits => traits.SaysNothing && traits.PlaceOf("Date") < 0, "no Date"),
        ]),
        new("bun", "Bun",
        [
            new(static traits => traits.Claim is null && traits.SaysNothing && traits.PlaceOf("content-type") >= 0
                    && traits.Fields is [.., "Date", "Content-Length" or "Transfer-Encoding"],
                "Date and the body's length come last, after what the application says in small letters"),
            new(static traits => traits is { ClosesWhole: true, Silent: SilentOutcome.Closed, LastClose: { } last }
                    && Math.Abs((traits.SilentAge - last).TotalSeconds) < PollSeconds,
                "one timer for idle and for silent connections"),
        ]),
    ];

    /// <summary>For the test that no row stands on less than two marks, and each is in the catalogue.</summary>
    internal static IReadOnlyList<ServerFingerprint> Table => _table;

    public static ServerIdentity Identify(ServerTraits traits) =>
        _table.Where(row => row.Fits(traits)).ToArray() is [{ } only] ? only.IdentityOf(traits) : ServerIdentity.Unknown;

    // A close that was not seen speaks against nothing.
    private static bool ClosesAfterSaid(ServerTraits traits, double fromSeconds, double toSeconds) =>
        traits.CloseAfterSaid is not { } later
        || (later.TotalSeconds > fromSeconds - ExactSeconds && later.TotalSeconds < toSeconds + ExactSeconds);

    private static bool ClosesAtMax(ServerTraits traits) => traits.MaxSaid is { } max && traits.RequestLimit == max + 1;

    private static bool Same(TimeSpan one, TimeSpan other) => (one - other).Duration().TotalSeconds < ExactSeconds;

    private static string? Later(TimeSpan later) => later.TotalSeconds < ExactSeconds
        ? "it closes when it says"
        : string.Create(CultureInfo.InvariantCulture, $"it closes {later.TotalSeconds:0.0} s later");
}
