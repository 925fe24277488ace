namespace Weir.Diagnosis;

/// <summary>A request as it passed the relay on its way to the target.</summary>
/// <param name="Connection">The target connection that carried it.</param>
/// <param name="Ordinal">1 for the first request of its connection: that one opened it.</param>
/// <param name="IdleAge">How long the connection had been idle, as the balancer saw it; null for the first request.</param>
/// <param name="Previous">The path of the request that it had carried before; null for the first.</param>
/// <param name="StreamId">Of HTTP/2; 0 over HTTP/1.1.</param>
internal sealed record RelayedRequest(
    RelayedConnection Connection, int Ordinal, TimeSpan? IdleAge, string? Previous, int StreamId = 0)
{
    /// <summary>The target says by GOAWAY that it has not looked at it, be it for a reason that lies in it.</summary>
    public bool IsRefused => Connection.LastStreamOfTarget is { } last && StreamId > last;

    public bool IsReuse => Ordinal > 1;

    /// <summary>Whether the target had ended the connection when the request reached it; null if it has not got there yet.</summary>
    public bool? MetEnd { get; set; }

    /// <summary>How many bytes the target had sent by then, on the wire; null if that was not to be known.</summary>
    public long? TargetBytes { get; set; }

    /// <summary>The target had ended the connection when the request reached it, or had said so (GOAWAY).</summary>
    public bool HasMetEnd => MetEnd == true || Connection.GoAwayBytes <= TargetBytes;
}
