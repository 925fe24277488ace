namespace Weir.AccessLogs.Reading;

/// <summary>
/// The hashes of the kinds of requests that were met lately: most requests of a log are the same as another shortly before, and
/// to hash the bytes is cheaper than to take them apart. Used on one thread.
/// </summary>
public sealed class RequestKindCache
{
    private const int Entries = 4096;

    private readonly (ulong Request, ulong Kind)[] _entries = new (ulong, ulong)[Entries];

    /// <summary>As <see cref="RequestKind.HashOf"/>: requests whose bytes have one hash are taken for one, as kinds are.</summary>
    public ulong HashOf(ReadOnlySpan<byte> request)
    {
        ulong hash = ByteHash.Of(request);
        ref (ulong Request, ulong Kind) entry = ref _entries[hash % Entries];
        if (entry.Request != hash)
            entry = (hash, RequestKind.HashOf(request));

        return entry.Kind;
    }
}
