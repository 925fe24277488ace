using System.Diagnostics;

namespace Weir.Http;

/// <summary>
/// Which fields may go on among the trailers of a body. Whoever passes trailers on removes the others first, or the next
/// recipient could take one for a header field.
/// </summary>
public static class TrailerFields
{
    // Fields that mean something before the body is read, or that the balancer speaks for: they must not be merged into
    // the header section, and the next recipient may do so. Source: RFC 9110 §6.5.1.
    private const ulong Forbidden =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.ContentLength)
        | (1UL << (int)KnownHeader.TransferEncoding) | (1UL << (int)KnownHeader.Host)
        | (1UL << (int)KnownHeader.KeepAlive) | (1UL << (int)KnownHeader.ProxyConnection)
        | (1UL << (int)KnownHeader.Te) | (1UL << (int)KnownHeader.Trailer) | (1UL << (int)KnownHeader.Upgrade)
        | (1UL << (int)KnownHeader.Expect) | (1UL << (int)KnownHeader.XForwardedFor)
        | (1UL << (int)KnownHeader.XForwardedProto) | (1UL << (int)KnownHeader.XForwardedPort)
        | (1UL << (int)KnownHeader.XAmznTraceId) | (1UL << (int)KnownHeader.Cookie)
        | (1UL << (int)KnownHeader.SetCookie) | (1UL << (int)KnownHeader.Authorization)
        | (1UL << (int)KnownHeader.ContentType) | (1UL << (int)KnownHeader.ContentEncoding);

    /// <summary>
    /// Moves the lines that may go on to the front of <paramref name="lines"/>, in their order, and returns their bytes.
    /// The lines are those of a complete <see cref="ChunkedStep"/>, each with its name, a colon and CRLF.
    /// </summary>
    public static int RemoveForbidden(Span<byte> lines)
    {
        int kept = 0;
        for (int start = 0; start < lines.Length;)
        {
            Span<byte> line = lines[start..];
            line = line[..(line.IndexOf((byte)'\n') + 1)];
            int nameBytes = line.IndexOf((byte)':');
            Debug.Assert(nameBytes > 0, "the decoder has checked every line");
            start += line.Length;
            if (!IsForbidden(line[..nameBytes]))
            {
                line.CopyTo(lines[kept..]);
                kept += line.Length;
            }
        }

        return kept;
    }

    /// <summary>True if a trailer of this name may not go on.</summary>
    public static bool IsForbidden(KnownHeader known) => (Forbidden & (1UL << (int)known)) != 0;

    private static bool IsForbidden(ReadOnlySpan<byte> name) => IsForbidden(KnownHeaders.Lookup(name));
}
