using Weir.Balancer;

namespace Weir.Simulation.Race;

/// <summary>Everything that client, target, balancer and log have said about one request. Compared at the end of the day.</summary>
internal sealed class RaceRequest(ulong id, string method, int bodyBytes)
{
    public ulong Id { get; } = id;

    public string Method { get; } = method;

    public int BodyBytes { get; } = bodyBytes;

    public string Path { get; } = $"/r/{id:x16}";

    // Source: RFC 9110 §9.2.2
    public bool IsIdempotent => Method != "POST";

    // The client's side.

    /// <summary>Responses that its client got, whole.</summary>
    public int Responses { get; set; }

    public int Status { get; set; }

    /// <summary>The last response was its target's, and the answer to this request.</summary>
    public bool IsAnswered { get; set; }

    // The target's side.

    /// <summary>How often a target has handled it.</summary>
    public int Handled { get; set; }

    // The balancer's side.

    public List<RaceAttempt> Attempts { get; } = new(1);

    public int Ends { get; set; }

    public Failure Failure { get; set; }

    /// <summary>Of the first of two attempts.</summary>
    public Failure FirstFailure { get; set; }

    /// <summary>It met a close, whatever became of it then.</summary>
    public bool MetClose => Failure.Reason == FailureReason.TargetClosed || FirstFailure.Reason == FailureReason.TargetClosed;

    public int LogLines { get; set; }

    public override string ToString() =>
        $"{Method} {Path} with {BodyBytes} bytes: client {Responses}x {Status}; balancer {Ends}x, {Attempts.Count} attempts "
        + $"[{string.Join("; ", Attempts)}], {Failure}; handled {Handled}x; log {LogLines}x";
}
