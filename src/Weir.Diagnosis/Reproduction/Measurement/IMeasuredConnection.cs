namespace Weir.Diagnosis;

/// <summary>A connection straight to a target, that is asked one thing and then left idle. Owned by the measurement.</summary>
internal interface IMeasuredConnection : IDisposable
{
    /// <summary>Sends a request and reads its answer; status 0 if there is none.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="asksForKeepAlive">Says so in so many words, where the protocol has them.</param>
    /// <param name="cancel">Ends it at once.</param>
    Task<LaboratoryAnswer> Ask(string method, bool asksForKeepAlive, CancellationToken cancel);

    /// <summary>Waits until the target ends the connection or says that it will; null if it does not within the limit.</summary>
    Task<MeasuredEnd?> WaitForEnd(TimeSpan limit, CancellationToken cancel);

    /// <summary>After the target's FIN: whether bytes that come later are answered with RST, or are swallowed.</summary>
    Task<bool> MeetsReset(TimeSpan limit, CancellationToken cancel);
}
