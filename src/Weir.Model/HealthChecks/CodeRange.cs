namespace Weir.Model;

/// <summary>Codes from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct CodeRange(int First, int Last);
