using System.Buffers;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// What requests for the same page about different things have in common: method and URL, with what tells the things apart taken
/// out: numbers, and parts of the path that look like an id (UUID, hexadecimal, long and mixed).
/// </summary>
public static class RequestKind
{
    /// <summary>What lies behind so many bytes tells no kinds apart.</summary>
    public const int MaxBytes = 256;

    private const int LeastHexId = 8;
    private const int LeastMixedId = 16;
    private const byte Folded = (byte)'#';

    private static readonly SearchValues<byte> _hexId = SearchValues.Create("0123456789abcdefABCDEF-"u8);
    private static readonly SearchValues<byte> _mixedId =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"u8);

    /// <summary>
    /// Equal for requests of one kind, in every process. The upper half is that of the kind's family: of what differs in the last
    /// part of the path alone (<see cref="FamilyOf"/>).
    /// </summary>
    /// <param name="request">Method, a space, and the URL without its query. Nothing has the hash 0.</param>
    public static ulong HashOf(ReadOnlySpan<byte> request)
    {
        if (request.IsEmpty)
            return 0;

        int path = PathAt(request);
        if (!request[path..].ContainsAnyInRange((byte)'0', (byte)'9'))
            return HashOfKind(request[..Math.Min(request.Length, MaxBytes)]);

        Span<byte> kind = stackalloc byte[MaxBytes];
        return HashOfKind(kind[..Write(request, path, kind)]);
    }

    /// <summary>Equal for kinds that differ in the last part of their paths alone, as pages do that are named by words.</summary>
    public static uint FamilyOf(ulong kind) => (uint)(kind >> 32);

    // A slash at the end belongs to the part in front of it.
    private static ulong HashOfKind(ReadOnlySpan<byte> kind)
    {
        int family = kind.IsEmpty ? 0 : kind[..^1].LastIndexOf((byte)'/') + 1;
        return (ByteHash.Of(kind[..family]) << 32) | (uint)ByteHash.Of(kind[family..]);
    }

    /// <summary>Writes the kind itself: `GET http://a.test:80/users/#/avatar`. Returns its bytes, as many as there is room for.</summary>
    public static int Write(ReadOnlySpan<byte> request, Span<byte> destination) => Write(request, PathAt(request), destination);

    private static int Write(ReadOnlySpan<byte> request, int path, Span<byte> destination)
    {
        int written = 0;
        Append(request[..path], destination, ref written);
        for (var rest = request[path..]; !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)'/') + 1;
            end = end == 0 ? rest.Length : end;
            AppendPart(rest[..end], destination, ref written);
            rest = rest[end..];
        }

        return written;
    }

    private static int PathAt(ReadOnlySpan<byte> request)
    {
        int scheme = request.IndexOf("://"u8);
        if (scheme < 0)
            return 0;

        int slash = request[(scheme + 3)..].IndexOf((byte)'/');
        return slash < 0 ? request.Length : scheme + 3 + slash;
    }

    private static void AppendPart(ReadOnlySpan<byte> part, Span<byte> destination, ref int written)
    {
        // The name, without what it ends with: `.jpg`, a slash.
        int nameEnd = part.IndexOfAny((byte)'.', (byte)'/');
        if (IsId(nameEnd < 0 ? part : part[..nameEnd]))
        {
            Append([Folded], destination, ref written);
            part = nameEnd < 0 ? [] : part[nameEnd..];
        }

        while (!part.IsEmpty)
        {
            int digit = part.IndexOfAnyInRange((byte)'0', (byte)'9');
            if (digit < 0)
            {
                Append(part, destination, ref written);
                return;
            }

            Append(part[..digit], destination, ref written);
            Append([Folded], destination, ref written);
            int other = part[digit..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            part = other < 0 ? [] : part[(digit + other)..];
        }
    }

    private static bool IsId(ReadOnlySpan<byte> name) =>
        name.Length >= LeastHexId
        && name.ContainsAnyInRange((byte)'0', (byte)'9')
        && (!name.ContainsAnyExcept(_hexId) || (name.Length >= LeastMixedId && !name.ContainsAnyExcept(_mixedId)));

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int written)
    {
        bytes = bytes[..Math.Min(bytes.Length, destination.Length - written)];
        bytes.CopyTo(destination[written..]);
        written += bytes.Length;
    }
}
