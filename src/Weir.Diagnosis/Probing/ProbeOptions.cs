using System.Net;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe is to measure, and against which idle timeout it is judged. Immutable.</summary>
public sealed record ProbeOptions
{
    public required ProbeUrl Url { get; init; }

    /// <summary>
    /// Whether it is spoken to over HTTP/2, as by a balancer whose target group is of HTTP2 or GRPC: with prior knowledge, over TLS by
    /// ALPN.
    /// </summary>
    public bool IsHttp2 { get; init; }

    /// <summary>The Host header and the name for TLS, where it is not the URL's.</summary>
    public string? Host { get; init; }

    /// <summary>What the user says that the target runs, by its name in the catalogue of servers: for the advice only.</summary>
    public string? DeclaredServer { get; init; }

    /// <summary>Where to connect, where it is not the URL's host and port.</summary>
    public DnsEndPoint? ConnectTo { get; init; }

    /// <summary>Header lines of the user's, on every request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Of the balancer in front. Source: ALB user guide, idle_timeout.timeout_seconds.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public int Connections { get; init; } = ProbeLimits.DefaultConnections;

    /// <summary>Rounds; null: as many as are quick.</summary>
    public int? Repeats { get; init; }

    public int MaxRequests { get; init; } = ProbeLimits.DefaultMaxRequests;

    /// <summary>For the close of a connection that never said a word; zero: not measured.</summary>
    public TimeSpan SilentWait { get; init; } = ProbeLimits.SilentWait;

    public string UserAgent { get; init; } = "weir-probe";

    /// <summary>How long idle connections are watched before they are asked whether they still live.</summary>
    public TimeSpan WatchTime => IdleTimeout + ProbeLimits.WatchBeyondIdleTimeout;
}
