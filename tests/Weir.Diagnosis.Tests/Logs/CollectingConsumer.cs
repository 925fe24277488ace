using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

/// <summary>Keeps all that it is given.</summary>
internal sealed class CollectingConsumer : ILoggedRequestConsumer
{
    public List<LoggedRequest> Requests { get; } = [];

    public List<RequestDetail> Details { get; } = [];

    public List<LoggedHealthCheck> HealthChecks { get; } = [];

    public List<LoggedConnection> Connections { get; } = [];

    public IEnumerable<long> Times => Requests.Select(request => request.CompletedMicroseconds);

    public void Accept(in LoggedRequest request, RequestDetail? detail)
    {
        Requests.Add(request);
        if (detail is not null)
            Details.Add(detail);
    }

    public void AcceptHealthCheck(in LoggedHealthCheck check) => HealthChecks.Add(check);

    public void AcceptConnection(in LoggedConnection connection) => Connections.Add(connection);
}
