using System.Text;

namespace Weir.Http.Http2.Messages;

/// <summary>
/// Whether Host and :authority name the same. The case of letters and the scheme's own port make no difference.
/// Source: RFC 9113 §8.3.1; RFC 3986 §6.2.3.
/// </summary>
internal static class AuthorityComparison
{
    public static bool AreSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, ReadOnlySpan<byte> scheme) =>
        Ascii.EqualsIgnoreCase(WithoutDefaultPort(one, scheme), WithoutDefaultPort(other, scheme));

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> scheme)
    {
        ReadOnlySpan<byte> port = Ascii.EqualsIgnoreCase(scheme, "https"u8) ? ":443"u8
            : Ascii.EqualsIgnoreCase(scheme, "http"u8) ? ":80"u8
            : ":"u8;
        return authority.EndsWith(port) ? authority[..^port.Length]
            : authority.EndsWith(":"u8) ? authority[..^1]
            : authority;
    }
}
