namespace Weir.Diagnosis;

/// <summary>What a 502 of the balancer's own was.</summary>
public enum BadGatewayKind
{
    /// <summary>The target had ended a reused connection before the request reached it, or could: the race.</summary>
    MetClose,

    /// <summary>The request reached an open reused connection, and the target then closed it without an answer.</summary>
    TakenThenClosed,

    /// <summary>
    /// The request reached an open reused connection, and the target's reset was the answer: either it closed just then, and had
    /// not read it, or it did so on account of it. Nobody but the target can tell.
    /// </summary>
    Reset,

    /// <summary>The target closed in the middle of its answer.</summary>
    AnswerCut,

    /// <summary>The target closed a connection that this request had opened.</summary>
    NewConnection,

    /// <summary>Something else, such as an answer that is no HTTP; the explain log has its name.</summary>
    Other,

    /// <summary>The explain log, or the relay, has nothing of it: neither the race nor surely something else.</summary>
    Unexplained,
}
