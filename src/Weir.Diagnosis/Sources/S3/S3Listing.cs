namespace Weir.Diagnosis.Sources.S3;

/// <summary>A stretch of a bucket's keys, which S3 lists by the order of their bytes.</summary>
/// <param name="Prefix">What every key begins with.</param>
/// <param name="After">Keys up to this one are left out; null for none.</param>
/// <param name="Last">Keys that are greater and do not begin with this are left out; null for none.</param>
internal sealed record S3Listing(string Prefix, string? After, string? Last)
{
    /// <summary>Whether nothing of the stretch comes from this key on.</summary>
    public bool IsBehind(string key) =>
        Last is not null && string.CompareOrdinal(key, Last) > 0 && !key.StartsWith(Last, StringComparison.Ordinal);
}
