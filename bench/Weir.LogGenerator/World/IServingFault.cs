namespace Weir.LogGenerator.World;

/// <summary>Something in a server that may take a request which was read, instead of the ordinary handler.</summary>
internal interface IServingFault
{
    /// <summary>True when it took the request: then it does all that follows.</summary>
    bool TryServe(Target target, TargetConnection connection, Exchange exchange);
}
