using System.Text;

namespace Weir.Http;

/// <summary>
/// The names behind <see cref="KnownHeader"/>, and the way from a name on the wire to it. Process-wide and immutable;
/// it never allocates after start-up.
/// </summary>
public static class KnownHeaders
{
    private const int SlotCount = 256;

    private static readonly byte[][] _names = BuildNames();
    private static readonly byte[] _slots = BuildSlots();

    /// <summary>The name as this program writes it; empty for <see cref="KnownHeader.Other"/>.</summary>
    public static ReadOnlySpan<byte> Name(KnownHeader header) => _names[(int)header];

    /// <summary>
    /// Finds the header of this name, whatever its case; <see cref="KnownHeader.Other"/> if there is none.
    /// </summary>
    public static KnownHeader Lookup(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return KnownHeader.Other;
        }

        int candidate = _slots[Slot(name)];
        byte[] expected = _names[candidate];
        if (name.Length != expected.Length)
        {
            return KnownHeader.Other;
        }

        // Most senders write names as we do, and comparing bytes is cheaper than comparing letters.
        return name.SequenceEqual(expected) || Ascii.EqualsIgnoreCase(name, expected)
            ? (KnownHeader)candidate
            : KnownHeader.Other;
    }

    // The factors were searched for so that no two names share a slot; a test holds them to it.
    private static int Slot(ReadOnlySpan<byte> name)
    {
        int length = name.Length;
        int first = name[0] | 0x20;
        int inner = name[(length * 3) >> 2] | 0x20;
        int last = name[length - 1] | 0x20;
        return ((length * 1) + (first * 3) + (inner * 1) + (last * 33)) & (SlotCount - 1);
    }

    private static byte[] BuildSlots()
    {
        byte[] slots = new byte[SlotCount];
        for (int header = 1; header < _names.Length; header++)
        {
            slots[Slot(_names[header])] = (byte)header;
        }

        return slots;
    }

    private static byte[][] BuildNames()
    {
        KnownHeader[] headers = Enum.GetValues<KnownHeader>();
        byte[][] names = new byte[headers.Length][];
        foreach (KnownHeader header in headers)
        {
            names[(int)header] = Encoding.ASCII.GetBytes(Text(header));
        }

        return names;
    }

    private static string Text(KnownHeader header) => header switch
    {
        KnownHeader.Other => "",
        KnownHeader.Connection => "Connection",
        KnownHeader.ContentLength => "Content-Length",
        KnownHeader.TransferEncoding => "Transfer-Encoding",
        KnownHeader.Host => "Host",
        KnownHeader.KeepAlive => "Keep-Alive",
        KnownHeader.ProxyConnection => "Proxy-Connection",
        KnownHeader.Te => "TE",
        KnownHeader.Trailer => "Trailer",
        KnownHeader.Upgrade => "Upgrade",
        KnownHeader.Expect => "Expect",
        KnownHeader.XForwardedFor => "X-Forwarded-For",
        KnownHeader.XForwardedProto => "X-Forwarded-Proto",
        KnownHeader.XForwardedPort => "X-Forwarded-Port",
        KnownHeader.XAmznTraceId => "X-Amzn-Trace-Id",
        KnownHeader.Cookie => "Cookie",
        KnownHeader.SetCookie => "Set-Cookie",
        KnownHeader.UserAgent => "User-Agent",
        KnownHeader.Server => "Server",
        KnownHeader.Date => "Date",
        KnownHeader.ContentType => "Content-Type",
        KnownHeader.Accept => "Accept",
        KnownHeader.AcceptEncoding => "Accept-Encoding",
        KnownHeader.AcceptLanguage => "Accept-Language",
        KnownHeader.Authorization => "Authorization",
        KnownHeader.CacheControl => "Cache-Control",
        KnownHeader.ContentEncoding => "Content-Encoding",
        KnownHeader.ETag => "ETag",
        KnownHeader.Expires => "Expires",
        KnownHeader.IfModifiedSince => "If-Modified-Since",
        KnownHeader.IfNoneMatch => "If-None-Match",
        KnownHeader.LastModified => "Last-Modified",
        KnownHeader.Location => "Location",
        KnownHeader.Origin => "Origin",
        KnownHeader.Referer => "Referer",
        KnownHeader.SecFetchDest => "Sec-Fetch-Dest",
        KnownHeader.SecFetchMode => "Sec-Fetch-Mode",
        KnownHeader.SecFetchSite => "Sec-Fetch-Site",
        KnownHeader.SecFetchUser => "Sec-Fetch-User",
        KnownHeader.SecWebSocketKey => "Sec-WebSocket-Key",
        KnownHeader.SecWebSocketVersion => "Sec-WebSocket-Version",
        KnownHeader.StrictTransportSecurity => "Strict-Transport-Security",
        KnownHeader.UpgradeInsecureRequests => "Upgrade-Insecure-Requests",
        KnownHeader.Vary => "Vary",
        _ => throw new ArgumentOutOfRangeException(nameof(header)),
    };
}
