using Weir.Diagnosis.Clients;
using Weir.Diagnosis.Health;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Findings;

/// <summary>What is known of errors that the causes are not found from, but which speaks for or against them. Immutable; owned by a <see cref="Diagnosis"/>.</summary>
/// <param name="Health">Health-check logs.</param>
/// <param name="Connections">Connection logs.</param>
/// <param name="Origins">Clients, sizes and reasons, of the access log itself.</param>
/// <param name="WithoutNode">Requests of which neither the line nor the file's name says which node of the balancer had them.</param>
/// <param name="TargetLog">As <see cref="DiagnosisOptions.TargetLog"/>.</param>
internal sealed record OtherSources(
    HealthCheckBook Health, ClientConnectionBook Connections, ErrorOriginSample Origins, long WithoutNode, Func<long, string?, JoinAnswer?>? TargetLog);
