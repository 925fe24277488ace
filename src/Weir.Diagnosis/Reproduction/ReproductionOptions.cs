using System.Net;

namespace Weir.Diagnosis;

/// <summary>What a reproduction is to show, and with which server. Immutable; the defaults tell the story with Node.js.</summary>
public sealed record ReproductionOptions
{
    /// <summary>
    /// Which idle connection the balancer takes first. The oldest, so that requests which follow one another use connections of
    /// the same age, and not the one that has just been used: more of them meet the close than behind a balancer as it comes.
    /// </summary>
    public const string PoolOrder = "oldest_first";

    /// <summary>A server by its short name, such as `node`; null: Node.js if it is there, else the built-in one.</summary>
    public string? Server { get; init; }

    /// <summary>A command that starts the user's own server; it listens on the port that it finds in PORT.</summary>
    public string? Command { get; init; }

    /// <summary>The port of <see cref="Command"/>; null: any free one.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// What starts a <see cref="ServerGuard"/>, up to the server's own command; empty: servers are started without one, and
    /// outlive a reproduction that is killed.
    /// </summary>
    public IReadOnlyList<string> Guard { get; init; } = [];

    /// <summary>A server that runs already.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>Whether <see cref="Target"/> speaks TLS: then the balancer does to it, and so does the relay in between.</summary>
    public bool TargetIsTls { get; init; }

    /// <summary>
    /// Whether the target group is of HTTP2: the target is spoken to with prior knowledge, over TLS by ALPN. Clients then come over
    /// HTTP/2 as well, others being answered 464, and over TLS, where alone a load balancer speaks it: <see cref="Https"/> is set.
    /// </summary>
    public bool IsHttp2 { get; init; }

    /// <summary>
    /// How many targets the balancer has, all of them the same server behind a port each of the relay: over HTTP/2 requests to one
    /// target share a connection, so that many idle ones are those of many targets.
    /// </summary>
    public int Targets => IsHttp2 ? Connections : 1;

    public RaceScenario Scenario { get; init; }

    /// <summary>Between balancer and target, each way.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The last ages before a close at which a request is lost: a round trip, and the time that the target takes for a request
    /// where that does not stop its timer. The balancer is told it as its round trip, since the kernel sees the way to the relay only.
    /// </summary>
    public TimeSpan Window => (Latency * 2) + (Scenario == RaceScenario.Handled ? BuiltInServer.Handling : TimeSpan.Zero);

    /// <summary>How long the balancer keeps an idle connection. Source: ALB user guide, idle timeout: 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections that are made idle at once in one burst.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Path, perhaps with a query, of the requests.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The methods of the requests, in turn.</summary>
    public string[] Methods { get; init; } = ["GET", "POST"];

    /// <summary>
    /// Whether the protection believes <c>Keep-Alive: timeout=</c>. Without, it must meet a close before it knows of it, so
    /// that requests are sent again; only such as may be are sent then.
    /// </summary>
    public bool LearnsFromHints { get; init; } = true;

    /// <summary>Whether clients come over TLS, as in the story, whatever the target speaks; over HTTP/2 they must.</summary>
    public bool Https { get; init; }

    /// <summary>Leaves out the proof around the balancer's own idle timeout, which takes as long as that.</summary>
    public bool Quick { get; init; }

    /// <summary>The longest that one phase may pace requests.</summary>
    public TimeSpan PacingLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The longest that all of it may take; what does not fit is left out, and the report says so.</summary>
    public TimeSpan WholeLimit { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>The longest that the proof around the idle timeout may take. Source: 75 s for the proof of 60.</summary>
    public TimeSpan ProofLimit => IdleTimeout + TimeSpan.FromSeconds(15);
}
