namespace Weir.Diagnosis;

/// <summary>Something on its way through the relay: bytes, or the end of a direction, and when it is to arrive.</summary>
/// <param name="Passing">What the bytes hold.</param>
/// <param name="Requests">The requests that begin in them.</param>
internal readonly record struct DelayedItem(
    long DueTimestamp, RelayedConnection Connection, bool ToBalancer, byte[] Bytes, RelayEnd End, Passing Passing, RelayedRequest[] Requests);
