namespace Weir.Fuzz.Oracles.Tls;

/// <summary>What happens to the byte at its place.</summary>
internal enum TlsAlterationKind : byte
{
    /// <summary>Its bits are turned over where the value's are set.</summary>
    Flip,

    /// <summary>It is left out.</summary>
    Drop,

    /// <summary>The value comes before it.</summary>
    Insert,

    /// <summary>It comes so often more.</summary>
    Repeat,

    /// <summary>The stream ends before it, with FIN.</summary>
    Cut,

    /// <summary>The stream ends before it, with RST.</summary>
    Reset,

    /// <summary>How many there are.</summary>
    Count,
}
