namespace Weir.Http;

/// <summary>What came of handing bytes to a head parser.</summary>
public enum ParseStatus
{
    /// <summary>The head has not ended; call again with more bytes behind the same ones.</summary>
    NeedMore,

    /// <summary>The head is whole, and all its verdicts stand.</summary>
    Complete,

    /// <summary>
    /// It is no message: the head's <c>Refusal</c> says why. Nothing more can be read from this connection.
    /// </summary>
    Refused,
}
