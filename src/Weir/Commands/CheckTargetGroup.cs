namespace Weir.Commands;

/// <summary>A target group in <see cref="CheckReport"/>.</summary>
/// <param name="Name">Its own.</param>
/// <param name="Arn">Its own.</param>
/// <param name="Protocol"><c>HTTP</c> or <c>HTTPS</c>.</param>
/// <param name="ProtocolVersion"><c>HTTP1</c>, <c>HTTP2</c> or <c>GRPC</c>.</param>
/// <param name="HealthCheck">In words.</param>
/// <param name="Targets">As <c>ADDRESS:PORT</c>.</param>
internal sealed record CheckTargetGroup(
    string Name, string Arn, string Protocol, string ProtocolVersion, string HealthCheck, string[] Targets);
