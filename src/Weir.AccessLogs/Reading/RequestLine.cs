namespace Weir.AccessLogs.Reading;

/// <summary>
/// The field <c>request</c>: <c>METHOD URL HTTP/x.y</c>, where the URL may hold spaces. Of a request that the balancer could
/// not read there are forms such as <c>-</c>, <c>- - -</c> and <c>- http://host:80- -</c>; then method and URL are <c>-</c>.
/// </summary>
// Source: ALB user guide, access log entries; ALB, observed
public readonly ref struct RequestLine
{
    private readonly ReadOnlySpan<byte> _text;

    internal RequestLine(ReadOnlySpan<byte> text) => _text = text;

    public ReadOnlySpan<byte> Method => IsUnread ? "-"u8 : _text[..MethodBytes];

    public ReadOnlySpan<byte> Url
    {
        get
        {
            if (IsUnread || MethodBytes == _text.Length)
                return "-"u8;

            var rest = _text[(MethodBytes + 1)..];
            int version = VersionAt(rest);
            return version < 0 ? rest : rest[..version];
        }
    }

    /// <summary>Method, a space, and the URL without its query: what a <see cref="RequestKind"/> is made of. Empty where they could not be read.</summary>
    public ReadOnlySpan<byte> WithoutQuery
    {
        get
        {
            if (IsUnread)
                return [];

            int end = _text.IndexOf((byte)'?');
            if (end < 0)
                end = VersionAt(_text);

            return end < 0 ? _text : _text[..end];
        }
    }

    private bool IsUnread => _text is [] or [(byte)'-'] or [(byte)'-', (byte)' ', ..];

    private int MethodBytes
    {
        get
        {
            int space = _text.IndexOf((byte)' ');
            return space < 0 ? _text.Length : space;
        }
    }

    // Where the space before the version is; -1 if there is no version.
    private static int VersionAt(ReadOnlySpan<byte> text)
    {
        // The usual form first: eight bytes after a space.
        if (text is [.., (byte)' ', (byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', _, _, _])
            return text.Length - 9;

        int space = text.LastIndexOf((byte)' ');
        return space >= 0 && (text[(space + 1)..] is [(byte)'-'] or [] || text[(space + 1)..].StartsWith("HTTP/"u8)) ? space : -1;
    }
}
