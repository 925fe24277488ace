namespace Weir.Diagnosis.Clients;

/// <summary>Whose request met an error, and what the line says of why. A value; owned by the <see cref="ErrorOriginSample"/>.</summary>
/// <param name="Client">A hash of the client's address.</param>
/// <param name="Connection">Joins connection logs: <see cref="Logs.LoggedConnection.TraceKey"/>; 0 where the line has none.</param>
/// <param name="ReceivedBytes">Field 11.</param>
/// <param name="Reason">Field 25 or 29, or null.</param>
internal readonly record struct ErrorOrigin(ulong Client, ulong Connection, long ReceivedBytes, string? Reason);
