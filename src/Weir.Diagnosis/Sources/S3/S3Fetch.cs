namespace Weir.Diagnosis.Sources.S3;

/// <summary>What one download fetches, as it was listed.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key.</param>
/// <param name="ETag">Of its content; a part is taken from no other. Null where the store gives none.</param>
/// <param name="SizeBytes">Its size.</param>
internal sealed record S3Fetch(string Bucket, string Key, string? ETag, long SizeBytes);
