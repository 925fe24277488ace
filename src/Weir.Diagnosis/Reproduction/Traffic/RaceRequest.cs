namespace Weir.Diagnosis;

/// <summary>A request of a burst and everything that is known of what became of it. Immutable.</summary>
/// <param name="Method">As it was sent.</param>
/// <param name="PlannedAge">How long its connection was to have been idle; null for one that was not sent at a chosen age.</param>
/// <param name="Log">Its line in the balancer's access log; null if none came.</param>
/// <param name="Passage">Its first way through the relay; null if it never went through.</param>
/// <param name="Passes">How often it went through.</param>
/// <param name="TargetLine">The target's own line for it; null if there is none or no log to read.</param>
/// <param name="Explained">The balancer's own record of its failure; null if there is none.</param>
/// <param name="Ended">
/// Of a failure that never went through, the connection which its target had ended last by then; null if it had ended none.
/// </param>
internal sealed record RaceRequest(
    string Method,
    TimeSpan? PlannedAge,
    LaboratoryAnswer Answer,
    AccessLogEntry? Log,
    RelayedRequest? Passage,
    int Passes,
    string? TargetLine,
    ExplainEntry? Explained,
    RelayedConnection? Ended)
{
    /// <summary>The balancer answered 502 by itself.</summary>
    public bool Is502 => Log is { IsBalancers502: true };

    /// <summary>At which ages its target ends idle connections; null: that is not known.</summary>
    public IdleMoment? IdleMoment { get; init; }

    /// <summary>What that 502 was; null if it is none.</summary>
    public BadGateway? BadGateway => Is502
        ? BadGateway.Of(Explained, Passage, Ended) with { IsAtIdleClose = IdleMoment?.Has(Passage?.Connection.CloseAge) == true }
        : null;

    /// <summary>
    /// It met the close of an idle connection, and by the target's GOAWAY, which was on its way, had not been looked at; it was sent
    /// again, wherever to.
    /// </summary>
    public bool IsSentAgain => IsRefused && HasMetIdleClose;

    /// <summary>It was sent again too, and the target's GOAWAY came only when it had arrived, or on account of another.</summary>
    public bool IsRefusedOtherwise => IsRefused && !HasMetIdleClose;

    public bool IsReuse => Passage is { IsReuse: true };

    /// <summary>It opened its connection.</summary>
    public bool IsOnNewConnection => Passage is { IsReuse: false };

    private bool IsRefused => Passage is { IsRefused: true } && Passes > 1;

    private bool HasMetIdleClose => Passage is { HasMetEnd: true, Connection.IsEndedIdle: true };
}
