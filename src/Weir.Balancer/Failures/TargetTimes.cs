namespace Weir.Balancer;

/// <summary>What the access log's processing times show of a failure. Source: ALB user guide; ALB, observed.</summary>
public enum TargetTimes : byte
{
    /// <summary>Never dispatched: <c>-1 -1 -1</c>.</summary>
    NotDispatched,

    /// <summary>Dispatched, and the target stayed silent or was given up: the time until then is not the target's: <c>t -1 -1</c>.</summary>
    DispatchedOnly,

    /// <summary>Dispatched, and the target ended it: the time it took to do so is measured: <c>t t -1</c>.</summary>
    Measured,
}
