namespace Weir.Model;

/// <summary>One attribute as somebody set it: not validated, owned by the definition it stands in.</summary>
public sealed record AttributeSetting(string Key, string Value);
