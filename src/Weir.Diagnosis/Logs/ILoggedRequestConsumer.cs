namespace Weir.Diagnosis.Logs;

/// <summary>Takes the requests of a log, one after the other, by the time of their answers for each node.</summary>
public interface ILoggedRequestConsumer
{
    /// <param name="request">The line.</param>
    /// <param name="detail">The rest of the line: always with an error of the balancer, with a sample of the others, else null.</param>
    void Accept(in LoggedRequest request, RequestDetail? detail);
}
