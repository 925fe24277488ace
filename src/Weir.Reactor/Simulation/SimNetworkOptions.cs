namespace Weir.Reactor;

/// <summary>The knobs of a simulated network. Defaults are those of Linux, scaled down where that shows more.</summary>
public sealed record SimNetworkOptions
{
    /// <summary>Every path that <see cref="SimNetwork.SetLink"/> does not name.</summary>
    public SimLinkOptions Link { get; init; } = new();

    /// <summary>Bytes a socket holds that the peer has not acknowledged; then a send takes no more.</summary>
    public int SendBufferBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes a socket holds that nobody has read; then the peer's window is closed.</summary>
    public int ReceiveBufferBytes { get; init; } = 64 * 1024;

    /// <summary>The most one segment carries. 1460: Ethernet.</summary>
    public int SegmentBytes { get; init; } = 1460;

    /// <summary>Connections a listener holds that nobody has accepted; a SYN beyond that is dropped and comes again.</summary>
    public int BacklogConnections { get; init; } = 4096;

    /// <summary>Sockets a loop may have open; then accepting pauses and connecting gives null.</summary>
    public int DescriptorsPerLoop { get; init; } = int.MaxValue;

    /// <summary>When a connect without any answer fails. 127 s: Linux, tcp_syn_retries 6.</summary>
    public TimeSpan ConnectGiveUp { get; init; } = TimeSpan.FromSeconds(127);

    /// <summary>When a connection whose bytes are never acknowledged fails. 924.6 s: Linux, tcp_retries2 15.</summary>
    public TimeSpan SendGiveUp { get; init; } = TimeSpan.FromSeconds(924.6);

    /// <summary>
    /// Up to this many microseconds, drawn for each turn, lie between an event and the turn that handles it: what else
    /// arrives meanwhile is handled in the same turn.
    /// </summary>
    public int TurnDelayMicros { get; init; } = 20;

    /// <summary>A reset throws away what was received but not read. Linux keeps it readable; other systems do not.</summary>
    public bool ResetDiscardsReceived { get; init; }

    /// <summary>
    /// What is in segments goes into the fingerprint, not only how much. Not for TLS: its tickets hold the second in which they were
    /// made, by the clock of the machine.
    /// </summary>
    public bool TracesContents { get; init; } = true;

    /// <summary>Plans what goes wrong on each connection; null: nothing.</summary>
    public ISimFaults? Faults { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SendBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BacklogConnections, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TurnDelayMicros);
    }
}
