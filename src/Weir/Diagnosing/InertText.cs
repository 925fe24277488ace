using System.Globalization;
using System.Text;

namespace Weir.Diagnosing;

/// <summary>
/// Words of a log, made harmless for whoever looks at them: what would move a cursor, turn the direction of writing, hide
/// itself or pile up is written as its code instead. The one place for it; a terminal and a page both come here.
/// </summary>
/// <remarks>Source: UAX #9 (directional controls), UTR #36 (invisible and combining characters), ECMA-48 (escape sequences).</remarks>
internal static class InertText
{
    /// <summary>Characters of one value that are shown; a URL may have 8 KiB, and nobody reads them.</summary>
    public const int MaxLength = 240;

    // An accented letter needs one, Vietnamese two; a pile of them paints over the neighbouring lines.
    private const int MaxCombining = 2;

    private const char Cut = '…';

    public static string Of(string text, int maxLength = MaxLength)
    {
        if (text.Length <= maxLength && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        var written = new StringBuilder(Math.Min(text.Length, maxLength) + 1);
        int combining = 0;
        for (int at = 0; at < text.Length;)
        {
            if (written.Length >= maxLength)
            {
                return written.Append(Cut).ToString();
            }

            bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            combining = isWhole && IsCombining(rune) ? combining + 1 : 0;
            if (isWhole && combining <= MaxCombining && IsHarmless(rune))
            {
                written.Append(text, at, length);
            }
            else
            {
                AppendCode(written, isWhole ? rune.Value : text[at]);
            }

            at += length;
        }

        return written.ToString();
    }

    private static bool IsHarmless(Rune rune) => rune.IsAscii
        ? rune.Value is >= ' ' and <= '~'
        : !IsRightToLeft(rune.Value) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsCombining(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    // Letters that turn the line around even without a control. Source: UAX #9, blocks with the default class R or AL.
    private static bool IsRightToLeft(int code) =>
        code is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF)
            or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);

    // As the log itself writes what it will not print.
    private static void AppendCode(StringBuilder written, int code) => written.Append(
        code <= 0xFF ? string.Create(CultureInfo.InvariantCulture, $"\\x{code:x2}")
        : code <= 0xFFFF ? string.Create(CultureInfo.InvariantCulture, $"\\u{code:x4}")
        : string.Create(CultureInfo.InvariantCulture, $"\\U{code:x8}"));
}
