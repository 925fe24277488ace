namespace Weir.AccessLogs;

/// <summary>Field 28, <c>classification</c>: the verdict of desync mitigation. Given by the exchange.</summary>
public enum AccessLogClassification : byte
{
    /// <summary><c>-</c>: the request complies with RFC 7230, or was not classified</summary>
    None,

    /// <summary><c>Acceptable</c></summary>
    Acceptable,

    /// <summary><c>Ambiguous</c></summary>
    Ambiguous,

    /// <summary><c>Severe</c></summary>
    Severe,
}
