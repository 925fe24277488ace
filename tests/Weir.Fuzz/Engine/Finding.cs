namespace Weir.Fuzz.Engine;

/// <summary>An input that breaks a target's rule, and what it breaks.</summary>
internal sealed record Finding(long Run, byte[] Input, string Fault);
