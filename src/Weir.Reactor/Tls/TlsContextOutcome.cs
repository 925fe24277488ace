namespace Weir.Reactor;

/// <summary>A context, or the sentence that says why there is none.</summary>
public readonly record struct TlsContextOutcome(TlsContext? Context, string Problem);
