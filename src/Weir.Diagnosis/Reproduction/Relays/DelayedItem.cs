namespace Weir.Diagnosis;

/// <summary>Something on its way through the relay: bytes, or the end of a direction, and when it is to arrive.</summary>
/// <param name="Request">The request that begins with these bytes; null if none does.</param>
internal readonly record struct DelayedItem(
    long DueTimestamp, RelayedConnection Connection, bool ToBalancer, byte[] Bytes, RelayEnd End, RelayedRequest? Request);
