namespace Weir.Bench.Logs;

/// <summary>The log that is read, in one of its two forms.</summary>
/// <param name="Form"><c>plain</c> or <c>gzip</c>.</param>
/// <param name="TextBytes">Bytes of its lines; of both forms the same.</param>
/// <param name="StoredBytes">Bytes of the file.</param>
internal sealed record LogFile(string Form, string Path, long TextBytes, long StoredBytes)
{
    public bool IsCompressed => Form == "gzip";
}
