namespace Weir.AccessLogs;

/// <summary>
/// Where lines end up. Owned by one writer and called on its thread only; nothing here throws for what a disk, a pipe or
/// a permission can do: it is reported to the delivery state, and the next call tries again.
/// </summary>
internal interface IAccessLogDestination : IDisposable
{
    /// <summary>When <see cref="DeliverDue"/> has something to do without further lines; null if never.</summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>Whether lines could be written now: null, or its name and the reason why not.</summary>
    string? Check();

    /// <summary>Takes the lines of a chunk, which stays its caller's.</summary>
    void Write(AccessLogChunk chunk, AccessLogDeliveryState state);

    /// <summary>Delivers what has waited long enough.</summary>
    void DeliverDue(AccessLogDeliveryState state);

    /// <summary>Opens by name again what was opened by name: the log was rotated.</summary>
    void Reopen(AccessLogDeliveryState state);

    /// <summary>Delivers everything: the program ends.</summary>
    void Complete(AccessLogDeliveryState state);
}
