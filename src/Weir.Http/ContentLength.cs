namespace Weir.Http;

/// <summary>Reads a Content-Length value. It accepts digits only: no sign, no list, no blanks inside.</summary>
internal static class ContentLength
{
    /// <summary>
    /// <c>Content-Length = 1*DIGIT</c>; an empty value counts as 0. False for other characters and for more than
    /// 64 bits. Source: RFC 9110 §8.6; http-desync-guardian.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out ulong length)
    {
        length = 0;
        foreach (byte character in value)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9 || length > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            length = (length * 10) + digit;
        }

        return true;
    }
}
