namespace Weir.Model;

/// <summary>What the targets of a group speak.</summary>
public enum TargetProtocol
{
    Http,
    Https,
}
