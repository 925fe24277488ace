namespace Weir.Reactor;

/// <summary>
/// What the simulated network really delivered to one end of a connection: the truth that a test holds the end's name
/// (<see cref="Connection.End"/>) against.
/// </summary>
public readonly record struct SimDelivered(bool Fin, bool Reset, bool GaveUp, long Bytes);
