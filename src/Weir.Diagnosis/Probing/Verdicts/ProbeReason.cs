namespace Weir.Diagnosis.Probing;

/// <summary>Why a probe came to its outcome.</summary>
public enum ProbeReason
{
    /// <summary>Safe: every connection answered after longer than the idle timeout.</summary>
    StillOpen,

    /// <summary>Safe: the target closes, but well after the balancer does.</summary>
    ClosesLater,

    /// <summary>Safe: every answer ends its connection, and says so.</summary>
    KeepsNoConnection,

    /// <summary>Not safe: the target closes before the balancer does.</summary>
    ClosesEarlier,

    /// <summary>Not safe: the target closes when the balancer does, give or take a second.</summary>
    ClosesTogether,

    /// <summary>Not safe: connections died, and nobody said so.</summary>
    Lost,

    /// <summary>Not safe: the target closes after so many requests, without a word.</summary>
    UnannouncedRequestLimit,

    /// <summary>Not measured: the URL is a load balancer, not a target.</summary>
    LoadBalancer,

    /// <summary>Not measured: the answer is an error and ends its connection; other answers may not.</summary>
    ErrorAnswer,

    /// <summary>Not measured: bytes came that nobody had asked for, and an answer could not be told from them.</summary>
    Talks,

    /// <summary>Not measured: no connection became idle.</summary>
    NoAnswers,

    /// <summary>Not measured: the target restarted whenever its connections were idle.</summary>
    Restarted,
}
