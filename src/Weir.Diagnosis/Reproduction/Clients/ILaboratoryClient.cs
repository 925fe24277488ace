namespace Weir.Diagnosis;

/// <summary>
/// One connection to the laboratory's balancer that sends a request when it is told to, and says how it was answered. Owned by
/// whoever connects it; it never retries.
/// </summary>
internal interface ILaboratoryClient : IDisposable
{
    /// <summary>Puts a request onto the connection, at once and in one piece. What goes wrong shows in the answer.</summary>
    void Send(string method, string path);

    /// <summary>Reads the answer; may be begun before the request is sent.</summary>
    Task<LaboratoryAnswer> ReceiveAnswer(CancellationToken cancel);
}
