namespace Weir.Bench;

/// <summary>Of a certificate.</summary>
internal enum KeyKind
{
    /// <summary>P-256.</summary>
    Ecdsa,

    /// <summary>2,048 bits.</summary>
    Rsa,
}
