using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// X-Amzn-Trace-Id: made where a request has none, and marked with our own part where it has. Source: ALB user guide,
/// request tracing.
/// </summary>
internal static class RequestTracing
{
    /// <summary>Above this size of all headers together the header is made anew instead of being extended.</summary>
    private const int LargestHeadersBytes = 7 * 1024;

    // Self= (5) or Root= (5), 1-, 8 hex digits, -, 24 hex digits, and a semicolon.
    private const int OwnPartBytes = 5 + 35 + 1;

    /// <summary>Writes the value that the target and the log get into <paramref name="buffer"/>, which grows if it must.</summary>
    public static int Make(Loop loop, RequestHead request, ref byte[] buffer)
    {
        ReadOnlySpan<byte> incoming = Incoming(request);
        int needed = OwnPartBytes + incoming.Length;
        if (buffer.Length < needed)
        {
            buffer = new byte[needed];
        }

        var writer = new HeadWriter(buffer);
        bool hasRoot = HasRoot(incoming) && request.HeadBytes <= LargestHeadersBytes;
        writer.Append(hasRoot ? "Self=1-"u8 : "Root=1-"u8);
        writer.AppendHex((ulong)(loop.UnixMicros / 1_000_000) & 0xFFFF_FFFF, 8);
        writer.Append((byte)'-');
        writer.AppendHex(loop.Random.NextUInt64() & 0xFFFF_FFFF, 8);
        writer.AppendHex(loop.Random.NextUInt64(), 16);
        if (hasRoot)
        {
            AppendOthers(ref writer, incoming);
        }

        return writer.Length;
    }

    private static ReadOnlySpan<byte> Incoming(RequestHead request)
    {
        int index = request.Fields.IndexOf(KnownHeader.XAmznTraceId);
        return index < 0 ? default : request.Fields.Value(index);
    }

    // A field of the list, not a text anywhere in it: `CalledFrom=Root=1` or `MyRoot=1` is another field.
    private static bool HasRoot(ReadOnlySpan<byte> incoming)
    {
        foreach (Range range in incoming.Split((byte)';'))
        {
            if (incoming[range].Trim((byte)' ').StartsWith("Root="u8))
            {
                return true;
            }
        }

        return false;
    }

    // Everything but an earlier Self, in its order.
    private static void AppendOthers(ref HeadWriter writer, ReadOnlySpan<byte> incoming)
    {
        foreach (Range range in incoming.Split((byte)';'))
        {
            ReadOnlySpan<byte> part = incoming[range].Trim((byte)' ');
            if (!part.IsEmpty && !part.StartsWith("Self="u8))
            {
                writer.Append((byte)';');
                writer.Append(part);
            }
        }
    }
}
