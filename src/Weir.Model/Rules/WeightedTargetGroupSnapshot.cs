namespace Weir.Model;

/// <summary>A target group and its share of a forward action; the group is the same object wherever it is named.</summary>
public sealed record WeightedTargetGroupSnapshot(TargetGroupSnapshot TargetGroup, int Weight);
