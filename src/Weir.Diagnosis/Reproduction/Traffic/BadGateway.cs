namespace Weir.Diagnosis;

/// <summary>
/// A 502 that the balancer made, and what it was: by its own explain log, and by what the relay saw at the target. Immutable.
/// </summary>
/// <param name="Reason">As the explain log has it; null if that has no line of it.</param>
/// <param name="End">How the target's connection had ended by then, as the explain log has it; null if it had not.</param>
/// <param name="Verdict">The balancer's own words; null if there are none.</param>
public sealed record BadGateway(BadGatewayKind Kind, string? Reason, string? End, string? Verdict)
{
    /// <summary>The target ended the connection at the age at which it ends idle ones, so that its idle timer may be why.</summary>
    public bool IsAtIdleClose { get; init; }

    /// <summary>In a few words, the same for all of its kind.</summary>
    public string What => Kind switch
    {
        BadGatewayKind.MetClose => "the request met the target's close",
        BadGatewayKind.TakenThenClosed => $"the target had got the request, and closed without an answer{Moment}",
        BadGatewayKind.Reset => $"the target reset the connection when the request came{Moment}",
        BadGatewayKind.AnswerCut => "the target closed in the middle of its answer",
        BadGatewayKind.NewConnection => "the target closed a new connection without an answer",
        BadGatewayKind.Other => $"{Reason} in the explain log",
        _ => "nothing is known of it",
    };

    private string Moment => IsAtIdleClose ? ", just when it closes idle connections" : "";

    /// <summary>The race, as far as that can be told, or the variant of it that is to be shown.</summary>
    /// <param name="isOwnServer">
    /// A server as Weir sets it up does nothing to a request but answer it: a reset is its close, and so is any end at that moment.
    /// </param>
    public bool IsRace(RaceScenario scenario, bool isOwnServer) => Kind switch
    {
        BadGatewayKind.MetClose => true,
        BadGatewayKind.Reset => isOwnServer,
        // In that variant the idle time is over while the request is handled.
        BadGatewayKind.TakenThenClosed => scenario == RaceScenario.Handled || (isOwnServer && IsAtIdleClose),
        _ => false,
    };

    /// <summary>
    /// The race or not, only the target can tell: its kernel had got the request, and its program may have closed in that moment
    /// because the connection was idle, without having read it, or on account of what was asked. At any other age its idle timer is
    /// not why.
    /// </summary>
    /// <param name="isOwnServer">As above.</param>
    public bool IsUndecided(RaceScenario scenario, bool isOwnServer) =>
        IsAtIdleClose && Kind is (BadGatewayKind.Reset or BadGatewayKind.TakenThenClosed) && !IsRace(scenario, isOwnServer);

    /// <param name="explained">The balancer's own record; null if there is none.</param>
    /// <param name="passage">The request at the relay; null if it never came there.</param>
    /// <param name="ended">If it never came there, the connection that its target had ended last by then; null if there is none.</param>
    internal static BadGateway Of(ExplainEntry? explained, RelayedRequest? passage, RelayedConnection? ended) =>
        new(KindOf(explained, passage, ended), explained?.Reason, explained?.End, explained?.Verdict);

    private static BadGatewayKind KindOf(ExplainEntry? explained, RelayedRequest? passage, RelayedConnection? ended) => (explained, passage) switch
    {
        (null, _) => BadGatewayKind.Unexplained,
        ({ Reason: not "target_closed" }, _) => BadGatewayKind.Other,
        ({ ResponseBytes: > 0 }, _) => BadGatewayKind.AnswerCut,
        ({ WasReused: not true }, _) => BadGatewayKind.NewConnection,
        // A reset discards on its way what had not gone further: so the target ended the connection without that request.
        (_, null) when ended is { IsEndedIdle: true } => BadGatewayKind.MetClose,
        (_, null or { MetEnd: null }) => BadGatewayKind.Unexplained,
        // A socket that is closed answers with a reset what comes behind its FIN.
        (_, { MetEnd: true, Connection.IsEndedIdle: true } or { Connection.HasResetUnread: true }) => BadGatewayKind.MetClose,
        // Another request on that connection may be why.
        (_, { MetEnd: true }) => BadGatewayKind.Unexplained,
        (_, { Connection.EndByTarget: RelayEnd.Rst }) => BadGatewayKind.Reset,
        _ => BadGatewayKind.TakenThenClosed,
    };
}
