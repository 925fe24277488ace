namespace Weir.Balancer;

/// <summary>One row of <see cref="CounterTable"/>: the name in <c>/metrics</c>, and ALB's own name where it has one.</summary>
public sealed record CounterRow(Counter Counter, string Name, bool IsGauge, string Help, string AlbMetric = "");
