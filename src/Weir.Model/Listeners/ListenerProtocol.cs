namespace Weir.Model;

/// <summary>What clients speak to a listener. Source: ALB user guide, listeners.</summary>
public enum ListenerProtocol
{
    Http,
    Https,
}
