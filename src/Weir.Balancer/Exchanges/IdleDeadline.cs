namespace Weir.Balancer;

/// <summary>
/// The idle timeout of an exchange, which every byte on the awaited connection restarts: whose silence it is, and what follows.
/// Source: ALB user guide, connection idle timeout.
/// </summary>
internal static class IdleDeadline
{
    /// <summary>Returns when to look again, or 0 after having stopped the exchange.</summary>
    public static long Check(Exchange exchange, long nowMs)
    {
        long idleMs = exchange.Listener.IdleTimeoutMs;
        if (exchange.IsConcluding)
        {
            if (exchange.Client.LastActivityMs + idleMs > nowMs)
            {
                return exchange.Client.LastActivityMs + idleMs;
            }

            // It does not even take the page.
            exchange.Client.Interrupt();
            return 0;
        }

        if (exchange.Tunnel is { } tunnel)
        {
            if (tunnel.LastActivityMs + idleMs > nowMs)
            {
                return tunnel.LastActivityMs + idleMs;
            }

            exchange.Stop(FailureReason.None);
            return 0;
        }

        bool waitsOnClient = exchange.WaitsOnClient || exchange.UploadWaitsOnClient;
        if (exchange.Stream is null && !waitsOnClient)
        {
            // Connecting has a limit of its own.
            return nowMs + idleMs;
        }

        long dueMs = (waitsOnClient ? exchange.Client.LastActivityMs : exchange.Stream!.LastActivityMs) + idleMs;
        if (dueMs > nowMs)
        {
            return dueMs;
        }

        exchange.Stop(exchange.UploadWaitsOnClient || (exchange.WaitsOnClient && !exchange.HeadSent) ? FailureReason.ClientSilent
            : exchange.WaitsOnClient ? FailureReason.ClientSilentInResponse
            : exchange.HeadSent ? FailureReason.TargetSilentInResponse
            : FailureReason.TargetSilent);
        return 0;
    }
}
