namespace Weir.AccessLogs;

/// <summary>The version that ends the <c>request</c> field. Given by the exchange.</summary>
public enum AccessLogHttpVersion : byte
{
    /// <summary><c>HTTP/1.1</c></summary>
    Http11,

    /// <summary><c>HTTP/1.0</c></summary>
    Http10,

    /// <summary><c>HTTP/2.0</c>, as ALB spells it</summary>
    Http20,
}
