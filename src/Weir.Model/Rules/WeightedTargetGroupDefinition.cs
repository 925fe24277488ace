namespace Weir.Model;

/// <summary>A target group, by ARN or name, and its share of a forward action.</summary>
public sealed record WeightedTargetGroupDefinition(string TargetGroup, int Weight = 1);
