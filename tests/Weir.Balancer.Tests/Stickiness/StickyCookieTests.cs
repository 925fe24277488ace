using System.Text;
using CsCheck;

namespace Weir.Balancer.Tests;

/// <summary>The content of the cookie: what is written is read, and nothing else.</summary>
public sealed class StickyCookieTests
{
    private const ulong Group = 0x1234;
    private const long Now = 1_767_225_600;

    private static readonly StickyKey _key = new(new byte[StickyKey.Bytes]);

    [Fact]
    public void Cookie_IsReadBack_ForAnyTarget() =>
        Gen.Select(Gen.String[Gen.Char['0', ':'], 1, StickyCookie.TargetKeyBytes], Gen.Long[0, 604_800])
            .Sample((target, seconds) =>
            {
                var cookie = new StickyCookie(_key);
                byte[] value = Write(cookie, target, Now + seconds);
                return Read(cookie, value, Group, Now + seconds) == target && Read(cookie, value, Group, Now + seconds + 1) is null;
            });

    [Fact]
    public void Cookie_WithAnyByteAltered_IsRefused()
    {
        var cookie = new StickyCookie(_key);
        byte[] value = Write(cookie, "10.0.0.1:80", Now + 600);
        for (int i = 0; i < value.Length; i++)
        {
            for (int other = 1; other < 256; other++)
            {
                byte[] altered = (byte[])value.Clone();
                altered[i] ^= (byte)other;
                Assert.Null(Read(cookie, altered, Group, Now));
            }
        }
    }

    [Fact]
    public void Cookie_OfAnyOtherLength_IsRefused()
    {
        var cookie = new StickyCookie(_key);
        byte[] value = Write(cookie, "10.0.0.1:80", Now + 600);
        Assert.All(Enumerable.Range(0, value.Length), length => Assert.Null(Read(cookie, value[..length], Group, Now)));
        Assert.Null(Read(cookie, [.. value, (byte)'A'], Group, Now));
    }

    [Fact]
    public void Cookie_OfAnotherGroupOrKey_IsRefused()
    {
        var cookie = new StickyCookie(_key);
        byte[] value = Write(cookie, "10.0.0.1:80", Now + 600);
        Assert.Null(Read(cookie, value, Group + 1, Now));
        Assert.Null(Read(new StickyCookie(StickyKey.Ephemeral()), value, Group, Now));
        Assert.Equal("10.0.0.1:80", Read(new StickyCookie(_key), value, Group, Now));
    }

    [Fact]
    public void Cookie_FromTheFutureOrTooOldADay_IsRefused()
    {
        var cookie = new StickyCookie(_key);
        byte[] value = Write(cookie, "10.0.0.1:80", Now + (30 * 86_400));
        Assert.Null(Read(cookie, value, Group, Now - 86_400));
        Assert.NotNull(Read(cookie, value, Group, Now + (8 * 86_400)));
        Assert.Null(Read(cookie, value, Group, Now + (9 * 86_400)));
    }

    private static byte[] Write(StickyCookie cookie, string target, long expires)
    {
        byte[] value = new byte[StickyCookie.ValueChars];
        cookie.Write(Group, Encoding.ASCII.GetBytes(target), expires, Now, value);
        return value;
    }

    private static string? Read(StickyCookie cookie, byte[] value, ulong group, long now)
    {
        Span<byte> target = stackalloc byte[StickyCookie.TargetKeyBytes];
        return cookie.TryRead(value, group, now, target, out int bytes) ? Encoding.ASCII.GetString(target[..bytes]) : null;
    }
}
