using System.Globalization;

namespace Weir.Fuzz;

/// <summary>The command line: what to fuzz, from which seed, and until when.</summary>
internal sealed record FuzzOptions(string Target, ulong Seed, TimeSpan? Duration, long? Runs)
{
    public const string Usage =
        """
        usage: Weir.Fuzz TARGET [--seconds N] [--seed S] [--runs N]
               Weir.Fuzz measure
        targets: request, response, chunked, logline, frames, targetframes, hpack, tls;
                 canary (has a bug that must be found)
        """;

    public static FuzzOptions? Parse(string[] arguments)
    {
        if (arguments.Length % 2 == 0)
        {
            return null;
        }

        FuzzOptions options = new(arguments[0], Seed: 1, Duration: null, Runs: null);
        for (int index = 1; index < arguments.Length; index += 2)
        {
            if (!ulong.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                return null;
            }

            switch (arguments[index])
            {
                case "--seconds":
                    options = options with { Duration = TimeSpan.FromSeconds(number) };
                    break;
                case "--seed":
                    options = options with { Seed = number };
                    break;
                case "--runs":
                    options = options with { Runs = (long)Math.Min(number, long.MaxValue) };
                    break;
                default:
                    return null;
            }
        }

        return options.Duration is null && options.Runs is null
            ? options with { Duration = TimeSpan.FromSeconds(10) }
            : options;
    }
}
