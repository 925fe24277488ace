namespace Weir.Reactor;

/// <summary>Where a time lies to a certificate's. Both of its ends are valid. // Source: RFC 5280 §4.1.2.5</summary>
public enum TlsValidity
{
    Valid,
    NotYet,
    Expired,
}
