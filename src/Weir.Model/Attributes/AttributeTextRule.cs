namespace Weir.Model;

/// <summary>What a text attribute may hold: in words for people, and as a test.</summary>
public sealed record AttributeTextRule(string Allowed, Func<string, bool> Accepts);
