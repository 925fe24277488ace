namespace Weir.Admin;

/// <summary>A listener in `/status`.</summary>
internal sealed record StatusListener(string Url, string LoadBalancer, string Arn, string[] TargetGroups);
