namespace Weir.Diagnosis;

/// <summary>A request as it passed the relay on its way to the target.</summary>
/// <param name="Connection">The target connection that carried it.</param>
/// <param name="Ordinal">1 for the first request of its connection: that one opened it.</param>
/// <param name="IdleAge">How long the connection had been idle, as the balancer saw it; null for the first request.</param>
/// <param name="Previous">The path of the request that it had carried before; null for the first.</param>
internal sealed record RelayedRequest(RelayedConnection Connection, int Ordinal, TimeSpan? IdleAge, string? Previous)
{
    public bool IsReuse => Ordinal > 1;

    /// <summary>Whether the target had ended the connection when the request reached it; null if it has not got there yet.</summary>
    public bool? MetEnd { get; set; }
}
