namespace Weir.Diagnosis.Sources.S3;

/// <summary>A place in S3 as the user writes it: <c>s3://bucket/prefix</c>, where the prefix may end in a pattern.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Prefix">What every key begins with; may be empty.</param>
/// <param name="Pattern">What whole keys must match, or null.</param>
internal sealed record S3Location(string Bucket, string Prefix, GlobPattern? Pattern)
{
    private const string Scheme = "s3://";

    public static bool IsOne(string path) => path.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null if there is no bucket in it.</summary>
    public static S3Location? Parse(string path)
    {
        string rest = path[Scheme.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string bucket = slash < 0 ? rest : rest[..slash];
        if (bucket.Length == 0) return null;

        string key = slash < 0 ? "" : rest[(slash + 1)..];
        if (!GlobPattern.IsPattern(key)) return new S3Location(bucket, key, null);
        return new S3Location(bucket, key[..key.AsSpan().IndexOfAny('*', '?', '[')], new GlobPattern(key));
    }

    public string UriOf(string key) => $"{Scheme}{Bucket}/{key}";
}
