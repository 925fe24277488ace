using System.Buffers;

namespace Weir.Http;

/// <summary>The character classes of RFC 9110, as vectorised sets. Immutable; it never judges, callers do.</summary>
internal static class HttpCharacters
{
    /// <summary>tchar. Source: RFC 9110 §5.6.2.</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>tchar without capitals: what a name in HTTP/2 is made of. Source: RFC 9113 §8.2.1.</summary>
    public static readonly SearchValues<byte> LowerCaseToken = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// What a name may hold when invalid fields are dropped. Source: ALB user guide, <c>[-A-Za-z0-9]+</c>.
    /// </summary>
    public static readonly SearchValues<byte> AlbName = SearchValues.Create(
        "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>0x00–0x1F and 0x7F without HTAB. Source: http-desync-guardian, value characters.</summary>
    public static readonly SearchValues<byte> ValueControl = SearchValues.Create(Controls(withTab: false));

    /// <summary>0x00–0x1F and 0x7F.</summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(Controls(withTab: true));

    /// <summary>CR, LF, NUL: the characters by which one field becomes two.</summary>
    public static readonly SearchValues<byte> LineBreaking = SearchValues.Create("\r\n\0"u8);

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    public static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';

    /// <summary>OWS on both sides removed. Source: RFC 9110 §5.6.3.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static ReadOnlySpan<byte> Controls(bool withTab)
    {
        List<byte> controls = [0x7F];
        for (byte character = 0; character < 0x20; character++)
        {
            if (withTab || character != '\t')
            {
                controls.Add(character);
            }
        }

        return controls.ToArray();
    }
}
