namespace Weir.Http.Http2.Hpack;

/// <summary>What becomes of a field that neither table holds. Source: RFC 7541 §6.2.</summary>
public enum HpackIndexing : byte
{
    /// <summary>It is added to the table: worth it for fields that come again as they are.</summary>
    Incremental,

    /// <summary>It is written out: for what is new each time.</summary>
    Without,

    /// <summary>
    /// It is written out here and on every later hop: for secrets, which must not be guessed by what a table does to
    /// the length of a block. Source: RFC 7541 §7.1.
    /// </summary>
    Never,
}
