namespace Weir.Http;

/// <summary>
/// The parts of a request target, relative to the target. It takes a target apart and never normalises one.
/// </summary>
internal readonly record struct TargetParts(
    TargetForm Form, ByteRange Scheme, ByteRange Authority, ByteRange Path, ByteRange Query)
{
    /// <summary>
    /// <c>request-target = origin-form / absolute-form / authority-form / asterisk-form</c> (RFC 9112 §3.2); false if
    /// it is none of them.
    /// </summary>
    public static bool TrySplit(ReadOnlySpan<byte> target, RequestMethod method, out TargetParts parts)
    {
        parts = default;
        if (target.IsEmpty)
        {
            return false;
        }

        if (target[0] == '/')
        {
            parts = WithPath(TargetForm.Origin, default, default, target, 0);
            return true;
        }

        if (target.Length == 1 && target[0] == '*')
        {
            parts = new TargetParts(TargetForm.Asterisk, default, default, new ByteRange(0, 1), default);
            return true;
        }

        if (method == RequestMethod.Connect)
        {
            parts = new TargetParts(TargetForm.Authority, default, new ByteRange(0, target.Length), default, default);
            return !target.Contains((byte)'/');
        }

        return TrySplitAbsolute(target, out parts);
    }

    private static bool TrySplitAbsolute(ReadOnlySpan<byte> target, out TargetParts parts)
    {
        parts = default;
        int schemeLength = target.IndexOf("://"u8);
        if (schemeLength <= 0 || !IsScheme(target[..schemeLength]))
        {
            return false;
        }

        int authorityStart = schemeLength + 3;
        int authorityLength = target[authorityStart..].IndexOfAny("/?#"u8);
        int pathStart = authorityLength < 0 ? target.Length : authorityStart + authorityLength;
        if (pathStart == authorityStart)
        {
            return false;
        }

        ByteRange authority = new(authorityStart, pathStart - authorityStart);
        parts = WithPath(TargetForm.Absolute, new ByteRange(0, schemeLength), authority, target, pathStart);
        return true;
    }

    private static TargetParts WithPath(
        TargetForm form, ByteRange scheme, ByteRange authority, ReadOnlySpan<byte> target, int pathStart)
    {
        int pathLength = target[pathStart..].IndexOf((byte)'?');
        int pathEnd = pathLength < 0 ? target.Length : pathStart + pathLength;
        int queryStart = Math.Min(pathEnd + 1, target.Length);
        return new TargetParts(
            form,
            scheme,
            authority,
            new ByteRange(pathStart, pathEnd - pathStart),
            new ByteRange(queryStart, target.Length - queryStart));
    }

    /// <summary><c>scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )</c> (RFC 3986 §3.1)</summary>
    public static bool IsScheme(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (byte character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && !"+-."u8.Contains(character))
            {
                return false;
            }
        }

        return char.IsAsciiLetter((char)text[0]);
    }
}
