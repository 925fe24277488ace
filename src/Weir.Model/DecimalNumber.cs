using System.Globalization;

namespace Weir.Model;

/// <summary>The only form of whole number that configuration takes: ASCII digits, no sign, no spaces.</summary>
internal static class DecimalNumber
{
    public static bool TryParse(string text, int smallest, int largest, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
        && value >= smallest && value <= largest;
}
