namespace Weir.Balancer;

/// <summary>
/// Is shown each exchange at the moments where what it believes can be held against the truth. For simulations; called on
/// the loop's thread, it must neither keep the exchange nor change it.
/// </summary>
internal interface IExchangeObserver
{
    /// <summary>A connection to a target is chosen, and the request goes out on it now.</summary>
    void OnDispatched(Exchange exchange);

    /// <summary>It failed; nothing was done about it yet.</summary>
    void OnFailed(Exchange exchange);

    /// <summary>It is over, counted and logged.</summary>
    void OnEnded(Exchange exchange);
}
