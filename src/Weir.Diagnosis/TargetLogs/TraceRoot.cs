namespace Weir.Diagnosis.TargetLogs;

/// <summary>Finds the root of an X-Amzn-Trace-Id anywhere in a text.</summary>
internal static class TraceRoot
{
    // 1-, 8 digits of time, -, 24 digits. Source: ALB user guide, request tracing.
    private const int Length = 2 + 8 + 1 + 24;

    /// <summary>The first root in the text, or the first id of that shape that is nobody's <c>Self=</c>; null: there is none.</summary>
    public static string? Find(ReadOnlySpan<char> text)
    {
        if (text.IndexOf("Root=1-", StringComparison.OrdinalIgnoreCase) is >= 0 and var root && IsId(text[(root + 5)..]))
        {
            return text.Slice(root + 5, Length).ToString();
        }

        for (var at = 0; text[at..].IndexOf("1-", StringComparison.Ordinal) is >= 0 and var found; at += found + 2)
        {
            var candidate = at + found;
            var before = text[..candidate];
            if (IsId(text[candidate..])
                && !before.EndsWith("Self=", StringComparison.OrdinalIgnoreCase)
                && (before.IsEmpty || !char.IsAsciiLetterOrDigit(before[^1])))
            {
                return text.Slice(candidate, Length).ToString();
            }
        }

        return null;
    }

    private static bool IsId(ReadOnlySpan<char> text)
    {
        if (text.Length < Length || text[1] != '-' || text[10] != '-' || (text.Length > Length && char.IsAsciiHexDigit(text[Length])))
        {
            return false;
        }

        return IsHex(text.Slice(2, 8)) && IsHex(text.Slice(11, 24));
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character))
            {
                return false;
            }
        }

        return true;
    }
}
