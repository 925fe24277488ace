using Weir.Model;

namespace Weir.Simulation.Balancer;

/// <summary>Which protocols a run speaks, as its seed says. Most seeds are worlds of plain HTTP/1.1.</summary>
internal sealed record WorldKind
{
    /// <summary>The listener is an HTTPS one.</summary>
    public bool ClientsUseTls { get; init; }

    public bool TargetsUseTls { get; init; }

    /// <summary>TLS 1.2 and no more.</summary>
    public bool IsOldTls { get; init; }

    /// <summary>How many of a hundred clients' connections speak HTTP/2; the others HTTP/1.1.</summary>
    public int Http2Percent { get; init; }

    /// <summary>How many of a hundred clients' connections of HTTP/1.1 ask for a WebSocket.</summary>
    public int WebSocketPercent { get; init; }

    public TargetProtocolVersion Targets { get; init; } = TargetProtocolVersion.Http1;

    public bool TargetsSpeakHttp2 => Targets != TargetProtocolVersion.Http1;

    /// <summary>
    /// Of twenty seeds four have TLS with clients, one with targets, two on both sides: it costs several times as much as the rest.
    /// Where clients use it, some of them or nearly all speak HTTP/2, and in three of those targets do. In
    /// five there are WebSockets.
    /// </summary>
    public static WorldKind Of(ulong seed)
    {
        WorldKind kind = (seed % 20) switch
        {
            3 => new WorldKind { ClientsUseTls = true, TargetsUseTls = true, Http2Percent = 95, Targets = TargetProtocolVersion.Http2 },
            6 => new WorldKind { ClientsUseTls = true, Http2Percent = 95, Targets = TargetProtocolVersion.Http2 },
            10 => new WorldKind { ClientsUseTls = true, Http2Percent = 75, WebSocketPercent = 40 },
            11 => new WorldKind { ClientsUseTls = true, TargetsUseTls = true, Http2Percent = 30, WebSocketPercent = 20 },
            13 => new WorldKind { ClientsUseTls = true, Http2Percent = 95, Targets = TargetProtocolVersion.Grpc },
            16 => new WorldKind { TargetsUseTls = true },
            1 or 5 or 8 => new WorldKind { WebSocketPercent = 20 },
            _ => new WorldKind(),
        };
        return kind with { IsOldTls = seed / 20 % 2 != 0 };
    }
}
