using System.Buffers.Binary;
using System.Security.Cryptography;
using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Sticky sessions of one loop: finds the target that a request's cookie names, and adds the cookies to every response
/// of a sticky group. Source: ALB user guide, sticky sessions; ALB, observed (form of the cookies).
/// </summary>
internal sealed class StickySession(Loop loop, StickyKey key)
{
    // The cookie's own expiry, whatever the session's duration, which is inside it. Source: ALB user guide.
    private const long CookieSeconds = 7 * 86_400;

    private readonly StickyCookie _cookie = new(key);

    private long NowUnixSeconds => loop.UnixMicros / 1_000_000;

    /// <summary>What tells groups apart inside a cookie.</summary>
    public static ulong HashOf(string targetGroupArn) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(targetGroupArn)));

    /// <summary>The target of the request's session; null to choose one.</summary>
    public LoopTarget? Choose(Exchange exchange, LoopTargetGroup group)
    {
        if (!group.IsSticky || !TryFind(exchange.Request, out ReadOnlySpan<byte> value))
        {
            return null;
        }

        Span<byte> targetKey = stackalloc byte[StickyCookie.TargetKeyBytes];
        LoopTarget? target = _cookie.TryRead(value, group.StickyHash, NowUnixSeconds, targetKey, out int bytes)
            ? group.FindUsable(targetKey[..bytes])
            : null;
        exchange.IsNonSticky = target is null;
        return target;
    }

    /// <summary>Adds AWSALB and AWSALBCORS: renewed at every response.</summary>
    public void AppendCookies(ref HeadWriter writer, Exchange exchange)
    {
        if (exchange.Group is not { IsSticky: true } group || exchange.Target!.Key.Length > StickyCookie.TargetKeyBytes)
        {
            return;
        }

        long now = NowUnixSeconds;
        Span<byte> value = stackalloc byte[StickyCookie.ValueChars];
        long expires = now + (long)group.Snapshot.Stickiness.Duration.TotalSeconds;
        _cookie.Write(group.StickyHash, exchange.Target!.Key, expires, now, value);
        Append(ref writer, "Set-Cookie: AWSALB="u8, value, now, "; Path=/\r\n"u8);
        // Without Secure on a plain listener: a browser would not send it back. Source: ALB, observed.
        Append(
            ref writer,
            "Set-Cookie: AWSALBCORS="u8,
            value,
            now,
            exchange.Listener.Snapshot.Protocol == ListenerProtocol.Https
                ? "; Path=/; SameSite=None; Secure\r\n"u8
                : "; Path=/; SameSite=None\r\n"u8);
    }

    private static void Append(
        ref HeadWriter writer, scoped ReadOnlySpan<byte> start, scoped ReadOnlySpan<byte> value, long now, scoped ReadOnlySpan<byte> end)
    {
        writer.Append(start);
        writer.Append(value);
        writer.Append("; Expires="u8);
        writer.AppendDate(now + CookieSeconds);
        writer.Append(end);
    }

    // AWSALBCORS wins when both are there. Source: ALB user guide, sticky sessions.
    private static bool TryFind(RequestHead request, out ReadOnlySpan<byte> value) =>
        TryFind(request, "AWSALBCORS="u8, out value) || TryFind(request, "AWSALB="u8, out value);

    private static bool TryFind(RequestHead request, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        FieldTable fields = request.Fields;
        for (int i = fields.IndexOf(KnownHeader.Cookie); i >= 0; i = fields.IndexOf(KnownHeader.Cookie, i + 1))
        {
            ReadOnlySpan<byte> cookies = fields.Value(i);
            foreach (Range range in cookies.Split((byte)';'))
            {
                ReadOnlySpan<byte> cookie = cookies[range].Trim((byte)' ');
                if (cookie.StartsWith(name))
                {
                    value = cookie[name.Length..];
                    return true;
                }
            }
        }

        value = default;
        return false;
    }
}
