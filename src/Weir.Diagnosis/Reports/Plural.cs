using System.Globalization;

namespace Weir.Diagnosis.Reports;

/// <summary>Numbers with their nouns, as all texts of the program have them.</summary>
public static class Plural
{
    /// <summary>`1 request`, `12,345 requests`; a noun of several words counts by its last.</summary>
    public static string Of(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? noun : Many(noun))}");

    /// <summary>`1 of 3 connections`, `the only connection`: a part of a number of things.</summary>
    public static string PartOf(long part, long all, string noun) => (part, all) switch
    {
        (1, 1) => $"the only {noun}",
        _ when part == all && all > 0 => string.Create(CultureInfo.InvariantCulture, $"all {all:N0} {Many(noun)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{part:N0} of {Of(all, noun)}"),
    };

    /// <summary>`was` or `were`: the one of two words that fits the number.</summary>
    public static string Word(long number, string one, string many) => number == 1 ? one : many;

    // Names end as in "address" and as in "retry" too.
    private static string Many(string noun) => noun switch
    {
        [.., 's'] or [.., 'c', 'h'] => noun + "es",
        [.. var stem, var last, 'y'] when !"aeiou".Contains(last) => $"{stem}{last}ies",
        _ => noun + "s",
    };
}
