namespace Weir.Admin;

/// <summary>A target group in `/status`.</summary>
internal sealed record StatusTargetGroup(string Name, string Arn, StatusTarget[] Targets, StatusReuse Reuse);
