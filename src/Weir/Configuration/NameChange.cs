namespace Weir.Configuration;

/// <summary>Something about a name that the operator should know, as a sentence.</summary>
internal sealed record NameChange(string Host, bool IsFailure, string Sentence);
