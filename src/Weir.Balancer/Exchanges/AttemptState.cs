namespace Weir.Balancer;

/// <summary>
/// How an exchange's attempts to get an answer from its target went: one, or two when the first met the close of its
/// connection. Owned by the exchange, which alone changes it.
/// </summary>
internal sealed class AttemptState
{
    /// <summary>What became of the first, when there was to be a second; otherwise its reason is <see cref="FailureReason.None"/>.</summary>
    public Failure First { get; private set; }

    /// <summary>From the first one's dispatch to its end, when there was to be a second; -1: no byte was sent.</summary>
    public long FirstMicros { get; private set; }

    /// <summary>When the present one was dispatched, in the loop's microseconds; 0: never.</summary>
    public long BeganMicros { get; private set; }

    /// <summary>Why there was no connection for the second.</summary>
    public FailureReason ReconnectFailure { get; set; }

    /// <summary>OpenSSL's words for a handshake with the target that failed.</summary>
    public string TlsProblem { get; set; } = "";

    public void Begin(long nowMicros) => BeganMicros = nowMicros;

    public void EndFirst(in Failure first, long nowMicros)
    {
        First = first;
        FirstMicros = first.BytesWritten > 0 ? nowMicros - BeganMicros : -1;
    }

    public void Reset()
    {
        First = default;
        FirstMicros = BeganMicros = 0;
        ReconnectFailure = FailureReason.None;
        TlsProblem = "";
    }
}
