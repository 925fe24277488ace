using System.Net;
using Weir.Balancer;

namespace Weir.Simulation.Balancer;

/// <summary>Everything that client, target, balancer and log have said about one request. Compared at the end of the run.</summary>
internal sealed class RequestRecord(ulong id, ClientPeer session)
{
    public ulong Id { get; } = id;

    public ClientPeer Session { get; } = session;

    public string Path { get; } = $"/r/{id:x16}";

    // The client's side.

    public string Method { get; init; } = "GET";

    public bool IsHttp10 { get; init; }

    public bool IsHttp2 { get; init; }

    public bool HasBody { get; init; }

    public bool HasTrailers { get; init; }

    /// <summary>It asks for a WebSocket.</summary>
    public bool IsWebSocket { get; init; }

    /// <summary>A call by gRPC.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>What makes it malformed.</summary>
    public RequestFlaw Flaw { get; set; }

    /// <summary>What its head's fields come to, with 32 for each, over HTTP/2.</summary>
    public int HeadBytes { get; set; }

    /// <summary>Of the body, whole.</summary>
    public ulong BodyHash { get; set; }

    /// <summary>Its head was handed to the network.</summary>
    public bool SentHead { get; set; }

    /// <summary>Its last byte was handed to the network.</summary>
    public bool SentWhole { get; set; }

    public RequestOutcome Outcome { get; set; }

    /// <summary>The client has reset its stream before the whole answer was there, or all that was to come of it.</summary>
    public bool WasAbandoned { get; set; }

    /// <summary>The balancer has reset its stream with this code.</summary>
    public ErrorCode? ResetCode { get; set; }

    /// <summary>Bytes of the answer's frames.</summary>
    public long FrameBytes { get; set; }

    public int Status { get; set; }

    /// <summary>An earlier response on its connection had said that it closes; over HTTP/2 GOAWAY has said that it is not looked at.</summary>
    public bool IsBehindClose { get; set; }

    /// <summary>It was outstanding behind another when their connection ended.</summary>
    public bool IsBehindCut { get; set; }

    // The targets' side.

    public int Arrivals { get; set; }

    public AnswerPlan? Answer { get; set; }

    /// <summary>A malformed head of an answer was sent over HTTP/2.</summary>
    public bool IsAnswerFlawed { get; set; }

    /// <summary>The balancer has reset the target's stream with this code.</summary>
    public ErrorCode? AnswerResetCode { get; set; }

    /// <summary>The target has ended the connection itself, or said that it is about to, before the stream was over.</summary>
    public bool IsLeftByTarget { get; set; }

    public TargetServer? AnsweredBy { get; set; }

    /// <summary>What it has become, once a target has agreed to WebSocket.</summary>
    public TunnelRecord? Tunnel { get; set; }

    // The balancer's side.

    /// <summary>How often it was rightly sent: once, and once more where that is allowed.</summary>
    public int MayArrive { get; set; }

    /// <summary>Nothing is lost or reset on the way to the target that it was sent to last.</summary>
    public bool IsTargetPathClean { get; set; }

    /// <summary>The balancer's end of the connection on which it was sent last.</summary>
    public IPEndPoint? SentOn { get; set; }

    /// <summary>It was sent on a connection on which the target has put bytes that nobody asked for, not delivered yet.</summary>
    public bool IsOnSpoiltConnection { get; set; }

    public int Ends { get; set; }

    public FailureReason Reason { get; set; }

    public bool HeadSent { get; set; }

    /// <summary>What the log is to say; 0: nothing.</summary>
    public int ElbStatus { get; set; }

    public long SentBytes { get; set; }

    public long ReceivedBytes { get; set; }

    public int LogLines { get; set; }

    public override string ToString() =>
        $"{Method} {Path} ({Session}), {Flaw}: {Outcome} {Status} {ResetCode}, sent whole {SentWhole}, abandoned {WasAbandoned}; balancer {Ends}x {Reason}, "
        + $"head sent {HeadSent}; target {Arrivals}x {Answer?.ToString() ?? "-"} {AnswerResetCode}; log {LogLines}x"
        + (Tunnel is null ? "" : $"; {Tunnel}");
}
