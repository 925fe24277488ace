namespace Weir.Commands;

/// <summary>A listener in <see cref="CheckReport"/>.</summary>
/// <param name="Url">Where it would listen.</param>
/// <param name="LoadBalancer">Its name.</param>
/// <param name="Arn">Its own.</param>
/// <param name="TargetGroups">By name.</param>
/// <param name="Tls">Null for plain HTTP.</param>
internal sealed record CheckListener(string Url, string LoadBalancer, string Arn, string[] TargetGroups, CheckTls? Tls);
