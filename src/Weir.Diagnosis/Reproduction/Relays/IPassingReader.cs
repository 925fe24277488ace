namespace Weir.Diagnosis;

/// <summary>
/// Reads what passes the relay in one direction of one connection, without changing it. What it cannot read is nothing to it.
/// Owned by that direction.
/// </summary>
internal interface IPassingReader
{
    /// <summary>What these bytes hold, which come behind those of the calls before.</summary>
    Passing Read(ReadOnlySpan<byte> bytes);
}
