namespace Weir.Output;

/// <summary>A part of a message that programs read: a name with a text or a number.</summary>
internal readonly record struct MessageFact(string Name, string? Text, long? Number)
{
    public static implicit operator MessageFact((string Name, string? Text) fact) => new(fact.Name, fact.Text, null);

    public static implicit operator MessageFact((string Name, long Number) fact) => new(fact.Name, null, fact.Number);
}
