namespace Weir.Http;

/// <summary>The form of a request target. Source: RFC 9112 §3.2.</summary>
public enum TargetForm : byte
{
    /// <summary><c>/path?query</c></summary>
    Origin,

    /// <summary><c>scheme://authority/path?query</c></summary>
    Absolute,

    /// <summary><c>host:port</c>, with CONNECT only.</summary>
    Authority,

    /// <summary><c>*</c></summary>
    Asterisk,
}
