namespace Weir.Balancer.Tests;

/// <summary>While it is armed, every exchange that is dispatched meets an exception: a bug of ours.</summary>
internal sealed class ThrowingObserver : IExchangeObserver
{
    public bool IsArmed { get; set; }

    public void OnDispatched(Exchange exchange)
    {
        if (IsArmed)
        {
            throw new InvalidTimeZoneException();
        }
    }

    public void OnFailed(Exchange exchange)
    {
    }

    public void OnEnded(Exchange exchange)
    {
    }
}
