namespace Weir.Reactor;

/// <summary>A trust store, or what is wrong with its files.</summary>
public readonly record struct TlsTrustStoreOutcome(TlsTrustStore? Store, string Problem);
