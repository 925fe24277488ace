namespace Weir.Model;

/// <summary>An action that ALB has and Weir has not yet, kept by its AWS name so that it is refused by name.</summary>
public sealed record UnsupportedActionDefinition(string Type) : ActionDefinition;
