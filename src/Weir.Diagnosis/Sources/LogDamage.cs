namespace Weir.Diagnosis.Sources;

/// <summary>Where a compressed object stops being readable. What came out until then was read: where wrong bytes show by the checksum at the end only, that is all of it, and lines of it are wrong.</summary>
/// <param name="Object">Its name.</param>
/// <param name="StoredBytes">Bytes of it, as stored, that were taken in until then; the damage lies at or shortly before.</param>
/// <param name="ReadableBytes">Bytes that came out of them.</param>
/// <param name="IsCut">It ends too early, as a file that was not written or copied to its end does; otherwise its bytes are wrong.</param>
public sealed record LogDamage(string Object, long StoredBytes, long ReadableBytes, bool IsCut)
{
    /// <summary>One sentence for the user.</summary>
    public override string ToString() => IsCut
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Object} is cut off: it ends too early, after {StoredBytes:N0} bytes; its first {ReadableBytes:N0} bytes of text were read")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Object} is damaged at or before byte {StoredBytes:N0}; {ReadableBytes:N0} bytes of text came out of it");
}
