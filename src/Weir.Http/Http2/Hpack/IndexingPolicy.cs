namespace Weir.Http.Http2.Hpack;

/// <summary>
/// How a field is indexed, by its name. Several clients share a connection to a target, and so its table: nothing that
/// belongs to one of them goes into it. Source: RFC 7541 §7.1.1.
/// </summary>
internal static class IndexingPolicy
{
    private const ulong Secret =
        (1UL << (int)KnownHeader.Authorization) | (1UL << (int)KnownHeader.SetCookie)
        | (1UL << (int)KnownHeader.Cookie);

    // Of these a server or a client sends few different values.
    private const ulong Recurring =
        (1UL << (int)KnownHeader.Accept) | (1UL << (int)KnownHeader.AcceptEncoding)
        | (1UL << (int)KnownHeader.AcceptLanguage) | (1UL << (int)KnownHeader.CacheControl)
        | (1UL << (int)KnownHeader.ContentEncoding) | (1UL << (int)KnownHeader.ContentType)
        | (1UL << (int)KnownHeader.Date) | (1UL << (int)KnownHeader.Server)
        | (1UL << (int)KnownHeader.StrictTransportSecurity) | (1UL << (int)KnownHeader.Te)
        | (1UL << (int)KnownHeader.UserAgent) | (1UL << (int)KnownHeader.Vary)
        | (1UL << (int)KnownHeader.XForwardedPort) | (1UL << (int)KnownHeader.XForwardedProto);

    /// <param name="name">The name in lower case.</param>
    /// <param name="known">The same, looked up.</param>
    public static HpackIndexing Of(ReadOnlySpan<byte> name, KnownHeader known)
    {
        if (known != KnownHeader.Other)
        {
            ulong mask = 1UL << (int)known;
            return (Secret & mask) != 0 ? HpackIndexing.Never
                : (Recurring & mask) != 0 ? HpackIndexing.Incremental
                : HpackIndexing.Without;
        }

        // The pseudo-header fields are :authority, :method, :scheme, :status and :path, of which only the last varies.
        return name.SequenceEqual("proxy-authorization"u8) ? HpackIndexing.Never
            : name.StartsWith(":"u8) && !name.SequenceEqual(":path"u8) ? HpackIndexing.Incremental
            : HpackIndexing.Without;
    }
}
