namespace Weir.Reactor;

/// <summary>Versions of TLS, by their numbers on the wire. // Source: RFC 8446 §4.2.1</summary>
public enum TlsVersion
{
    Tls10 = 0x0301,
    Tls11 = 0x0302,
    Tls12 = 0x0303,
    Tls13 = 0x0304,
}
