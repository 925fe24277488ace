namespace Weir.Reactor;

/// <summary>A listener, or the system's error number and words for why there is none.</summary>
public readonly record struct ListenOutcome(Listener? Listener, int Error, string Message);
