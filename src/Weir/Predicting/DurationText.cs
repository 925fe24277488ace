using System.Globalization;

namespace Weir.Predicting;

/// <summary>A length of time as people write it: a number of seconds, or one with its unit.</summary>
internal static class DurationText
{
    public const string Allowed = "a number with us, ms, s or m; without a unit it is seconds";

    // The longest unit first where one ends like another.
    private static readonly (string Unit, double Seconds)[] _units = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60)];

    public static TimeSpan? Parse(string text)
    {
        (string unit, double seconds) = Array.Find(_units, entry => text.EndsWith(entry.Unit, StringComparison.Ordinal));
        ReadOnlySpan<char> number = text.AsSpan(0, text.Length - (unit?.Length ?? 0)).TrimEnd();
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
        {
            return null;
        }

        double total = value * (unit is null ? 1 : seconds);
        return total <= TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(total) : null;
    }

    /// <summary>`5 s`, `1.5 ms`: with three digits at the most.</summary>
    public static string Write(TimeSpan time) => time.TotalSeconds switch
    {
        0 => "0 s",
        < 1e-3 => Number(time.TotalMicroseconds, "µs"),
        < 1 => Number(time.TotalMilliseconds, "ms"),
        _ => Number(time.TotalSeconds, "s"),
    };

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}");
}
