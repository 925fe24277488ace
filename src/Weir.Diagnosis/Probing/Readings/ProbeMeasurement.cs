namespace Weir.Diagnosis.Probing;

/// <summary>All that a probe measured, before anything is concluded from it. Immutable.</summary>
public sealed record ProbeMeasurement
{
    private const int FirstErrorStatus = 400;

    /// <summary>Address and port that were connected to.</summary>
    public required string Target { get; init; }

    /// <summary>How many other addresses the name has, which were not measured.</summary>
    public int OtherAddresses { get; init; }

    /// <summary>`TLS 1.3`; null where there was none.</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>Whether its certificate would not do for a client that checks it.</summary>
    public bool HasUntrustedCertificate { get; init; }

    /// <summary>What it announces over HTTP/2; null over HTTP/1.1.</summary>
    public Http2Settings? Http2 { get; init; }

    /// <summary>What TCP's handshake took.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>The first answer, to a request with <c>Connection: keep-alive</c>, which HTTP/2 has not.</summary>
    public required ProbeAnswer Asked { get; init; }

    /// <summary>The first answer to a request without it.</summary>
    public required ProbeAnswer NotAsked { get; init; }

    public IReadOnlyList<IdleReading> Idle { get; init; } = [];

    public IReadOnlyList<CountReading> Counts { get; init; } = [];

    /// <summary>Whether the target refused connections for a while, after it had answered.</summary>
    public bool HasSeenRestart { get; init; }

    public SilentReading Silent { get; init; } = SilentReading.NotWaitedFor;

    /// <summary>The seconds of <c>Keep-Alive: timeout=N</c>; null if it says none in either case.</summary>
    public int? TimeoutSeconds => Asked.TimeoutSeconds ?? NotAsked.TimeoutSeconds;

    /// <summary>Whether it says its timeout only to those who ask, which a balancer's requests need not do.</summary>
    public bool SaysTimeoutOnlyWhenAsked => Asked.TimeoutSeconds is not null && NotAsked.TimeoutSeconds is null;

    /// <summary>Whether its answers are errors, after which many servers close though they keep connections otherwise.</summary>
    public bool IsError => Asked.StatusCode >= FirstErrorStatus;

    /// <summary>Whether it keeps no connection after an answer.</summary>
    public bool KeepsNoConnection => !Asked.MayBeReused && !NotAsked.MayBeReused;

    /// <summary>The smallest number of requests that a connection had; null if they were not counted.</summary>
    public CountReading? Count => Counts.MinBy(static count => (count.Requests, -(int)count.Outcome));
}
