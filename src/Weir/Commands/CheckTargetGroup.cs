namespace Weir.Commands;

/// <summary>A target group in <see cref="CheckReport"/>.</summary>
internal sealed record CheckTargetGroup(string Name, string Arn, string HealthCheck, string[] Targets);
