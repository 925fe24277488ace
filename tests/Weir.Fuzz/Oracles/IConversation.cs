namespace Weir.Fuzz.Oracles;

/// <summary>Something that reads bytes which come in pieces, and tells what it read.</summary>
internal interface IConversation
{
    /// <summary>The first rule that was broken, or null.</summary>
    string? Fault { get; }

    /// <summary>All that was read, as text.</summary>
    string Log { get; }

    void Feed(ReadOnlySpan<byte> piece);
}
