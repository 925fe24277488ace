namespace Weir.Http;

/// <summary>
/// What a message offers or takes on by Upgrade, with <c>Connection: upgrade</c> beside it. Without that, Upgrade means
/// nothing. Source: RFC 9110 §7.8.
/// </summary>
public enum UpgradeKind : byte
{
    None,
    WebSocket,
    Other,
}
