namespace Weir.Model;

/// <summary>A target as somebody registered it: not validated, perhaps not resolved. Immutable.</summary>
/// <param name="Id">An IP address, or an instance id, by the group's target type.</param>
/// <param name="Port">Null takes the group's port.</param>
/// <param name="Endpoint">Where the target is really reached; null means at <paramref name="Id"/> itself.</param>
public sealed record TargetDefinition(string Id, int? Port = null, TargetEndpoint? Endpoint = null);
