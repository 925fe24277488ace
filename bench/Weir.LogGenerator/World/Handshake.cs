namespace Weir.LogGenerator.World;

/// <summary>How a target's side of a TLS handshake goes.</summary>
internal enum Handshake
{
    Succeeds,
    Fails,
    Hangs,
}
