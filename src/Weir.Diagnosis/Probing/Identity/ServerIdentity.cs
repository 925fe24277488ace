namespace Weir.Diagnosis.Probing;

/// <summary>Which server a target is, by how it behaves. Immutable.</summary>
/// <param name="Key">`node`: as the catalogue of servers calls it; null: unknown.</param>
/// <param name="Name">`Node.js`, or `unknown`.</param>
/// <param name="Evidence">What of its behaviour says so, a half sentence each.</param>
public sealed record ServerIdentity(string? Key, string Name, IReadOnlyList<string> Evidence)
{
    public static readonly ServerIdentity Unknown = new(null, "unknown", []);
}
