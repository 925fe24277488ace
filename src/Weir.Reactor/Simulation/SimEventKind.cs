namespace Weir.Reactor;

/// <summary>What happens at a moment of a simulated network. The numbers are part of the trace hash.</summary>
internal enum SimEventKind
{
    Turn = 1,
    Timer = 2,
    Syn = 3,
    SynAck = 4,
    HandshakeAck = 5,
    Data = 6,
    Fin = 7,
    Reset = 8,
    Acknowledge = 9,
    ConnectFailed = 10,
    GiveUp = 11,
    Action = 12,
    Swallowed = 13,
}
