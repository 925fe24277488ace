namespace Weir.Model;

/// <summary>Something in a valid configuration that its author should know; a value, never thrown.</summary>
public sealed record ConfigurationWarning(string Resource, string Property, string Message, SourceLocation? Location)
{
    /// <summary>`app.yaml:23: LoadBalancer 'Alb': waf.fail_open.enabled is 'true': accepted, but …`.</summary>
    public override string ToString() => $"{(Location is { } place ? $"{place}: " : "")}{Resource}: {Message}";
}
