using System.Globalization;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Laboratory;

/// <summary>The table that ends a reproduction: a row a phase, each with what may be concluded from it.</summary>
internal static class ReproductionTable
{
    /// <summary>Stands beneath it: its numbers are of two populations.</summary>
    public const string Legend =
        "AT RISK: of all REQUESTS, those that came when their connection was about to be closed; AT MOST: so "
        + "many of them would fail, 95 % sure. 502: those that met the target's close. OTHER: whatever else was "
        + "not the answer measured at first: other 502s too, and those that may or may not be the race.";

    /// <summary>Stands beneath that over HTTP/2.</summary>
    public const string LegendOfHttp2 =
        "REFUSED: those that passed the target's GOAWAY on their way, were sent again, and answered.";

    private const int NeededWidth = TextTable.MaxWidth;

    // Over HTTP/1.1 nothing is refused.
    private const int RefusedColumn = 5;

    private static readonly string[] _headings =
        ["SETTING", "REQUESTS", "AT RISK", "502", "OTHER", "REFUSED", "AT MOST", "RETRIED", "WITHHELD", "VERDICT"];

    /// <summary>A row for each phase; where the terminal is too narrow for that, a column.</summary>
    public static string Write(ReproductionReport report, ReproductionOptions options, int width)
    {
        string[] headings = Shown(_headings, options);
        string[][] rows = [.. report.Phases.Select(phase => Shown(Row(phase, Setting(phase.Phase, options)), options))];
        if (width >= NeededWidth)
        {
            return Write(headings, rows);
        }

        string[][] columns = [headings, .. report.Phases.Select(phase => Shown(Row(phase, ShortSetting(phase.Phase, options)), options))];
        return Write(
            [.. columns.Select(static column => column[0])],
            [.. Enumerable.Range(1, headings.Length - 1).Select(row => columns.Select(column => column[row]).ToArray())]);
    }

    /// <summary>A sentence for each phase and number that is hardly ever anything but 0, and has no column: none where all are.</summary>
    public static IEnumerable<string> Besides(ReproductionReport report, ReproductionOptions options)
    {
        foreach (PhaseReport phase in report.Phases)
        {
            string setting = Setting(phase.Phase, options);
            if (phase.Undecided502s > 0)
            {
                yield return $"{setting}: {Number(phase.Undecided502s)} of OTHER undecided, which may or may not be the race.";
            }

            if (phase.RefusedOtherwise > 0)
            {
                yield return $"{setting}: {Number(phase.RefusedOtherwise)} refused otherwise than by an idle close, and sent again; not in REFUSED.";
            }

            if (phase.Unseen5xx > 0)
            {
                yield return $"{setting}: {Number(phase.Unseen5xx)} 5xx by the balancer's own count that no line of its log has; not in OTHER.";
            }
        }
    }

    private static string[] Shown(string[] cells, ReproductionOptions options) =>
        options.IsHttp2 ? cells : [.. cells[..RefusedColumn], .. cells[(RefusedColumn + 1)..]];

    private static string Write(string[] headings, string[][] rows)
    {
        var table = new TextTable(headings);
        foreach (string[] row in rows)
        {
            table.Add(row);
        }

        return table.Write();
    }

    private static string[] Row(PhaseReport phase, string setting) =>
    [
        setting,
        Number(phase.Judged),
        Number(phase.Requests),
        Number(phase.Failures),
        Number(phase.Failed - phase.Failures),
        Number(phase.SentAgain),
        PhaseWording.Percent(phase.UpperBound),
        Number(phase.Retried),
        Number(phase.Withheld),
        PhaseWording.Verdict(phase),
    ];

    private static string Setting(ReproductionPhase phase, ReproductionOptions options) => phase switch
    {
        // There is a column more.
        ReproductionPhase.Race when options.IsHttp2 => "as is (observe)",
        ReproductionPhase.Fix when options.IsHttp2 => "fixed",
        ReproductionPhase.FixAtIdleTimeout when options.IsHttp2 => $"fixed, at {options.IdleTimeout.TotalSeconds:0} s",
        _ when options.IsHttp2 => "as is (protect)",
        ReproductionPhase.Race => "as is, behind ALB (observe)",
        ReproductionPhase.Fix => "fixed, same traffic",
        ReproductionPhase.FixAtIdleTimeout => $"fixed, around {options.IdleTimeout.TotalSeconds:0} s of idling",
        _ => "as is, with Weir (protect)",
    };

    private static string ShortSetting(ReproductionPhase phase, ReproductionOptions options) => phase switch
    {
        ReproductionPhase.Race => "AS IS",
        ReproductionPhase.Fix => "FIXED",
        ReproductionPhase.FixAtIdleTimeout => $"AROUND {options.IdleTimeout.TotalSeconds:0} s",
        _ => "PROTECT",
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
