namespace Weir.Http;

/// <summary>The connection options with a meaning of their own. Source: RFC 9110 §7.6.1, RFC 9112 §9.3.</summary>
[Flags]
public enum ConnectionOptions : byte
{
    None = 0,
    Close = 1,
    KeepAlive = 2,
    Upgrade = 4,
}
