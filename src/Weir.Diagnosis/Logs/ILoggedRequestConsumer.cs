namespace Weir.Diagnosis.Logs;

/// <summary>
/// Takes the requests of a log, one after the other, on one thread: for each node by the time of their answers, but for
/// those that <see cref="LoggedRequest.IsLate"/>.
/// </summary>
public interface ILoggedRequestConsumer
{
    /// <param name="request">The line.</param>
    /// <param name="detail">The rest of the line: always with an error of the balancer, with a sample of the others, else null.</param>
    void Accept(in LoggedRequest request, RequestDetail? detail);

    /// <summary>A line of a health check log; in the order of the files.</summary>
    void AcceptHealthCheck(in LoggedHealthCheck check)
    {
    }

    /// <summary>A line of a connection log; in the order of the files.</summary>
    void AcceptConnection(in LoggedConnection connection)
    {
    }
}
