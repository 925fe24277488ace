namespace Weir.Http;

/// <summary>
/// Compares a field name as a careless server might: by its letters and digits alone. It never treats a name as being
/// another one, it only says that someone could.
/// </summary>
internal static class Lookalike
{
    /// <summary>
    /// True if the letters and digits of <paramref name="name"/>, whatever their case, are <paramref name="letters"/>;
    /// U+0131 counts as i and U+017F as s, their upper-case forms. Source: http-desync-guardian.
    /// </summary>
    public static bool Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> letters)
    {
        if (name.Length < letters.Length)
        {
            return false;
        }

        int matched = 0;
        for (int index = 0; index < name.Length; index++)
        {
            int letter = name[index] < 0x80 ? Fold(name[index]) : FoldTwoBytes(name, index);
            if (letter == 0)
            {
                continue;
            }

            if (matched == letters.Length || letters[matched] != letter)
            {
                return false;
            }

            matched++;
        }

        return matched == letters.Length;
    }

    private static int Fold(byte character) =>
        char.IsAsciiLetterOrDigit((char)character) ? char.ToLowerInvariant((char)character) : 0;

    private static int FoldTwoBytes(ReadOnlySpan<byte> name, int index)
    {
        if (index + 1 == name.Length)
        {
            return 0;
        }

        return (name[index], name[index + 1]) switch
        {
            (0xC4, 0xB1) => 'i',
            (0xC5, 0xBF) => 's',
            _ => 0,
        };
    }
}
