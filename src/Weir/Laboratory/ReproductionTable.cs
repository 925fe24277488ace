using System.Globalization;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Laboratory;

/// <summary>The table that ends a reproduction: a row a phase, each with what may be concluded from it.</summary>
internal static class ReproductionTable
{
    /// <summary>Stands beneath it: its numbers are of two populations.</summary>
    public const string Legend =
        "AT RISK: of all REQUESTS, those that came when their connection was about to be closed; AT MOST: so\n"
        + "many of them would fail, 95 % sure. 502: those that met the target's close. OTHER: whatever else was\n"
        + "not the answer measured at first, other 502s too.";

    public static string Write(ReproductionReport report, ReproductionOptions options)
    {
        var table = new TextTable("SETTING", "REQUESTS", "AT RISK", "502", "OTHER", "AT MOST", "RETRIED", "WITHHELD", "VERDICT");
        foreach (PhaseReport phase in report.Phases)
        {
            table.Add(
                Setting(phase.Phase, options),
                Number(phase.Judged),
                Number(phase.Requests),
                Number(phase.Failures),
                Number(phase.Failed - phase.Failures),
                PhaseWording.Percent(phase.UpperBound),
                Number(phase.Retried),
                Number(phase.Withheld),
                PhaseWording.Verdict(phase));
        }

        return table.Write();
    }

    private static string Setting(ReproductionPhase phase, ReproductionOptions options) => phase switch
    {
        ReproductionPhase.Race => "as is, behind ALB (observe)",
        ReproductionPhase.Fix => "fixed, same traffic",
        ReproductionPhase.FixAtIdleTimeout => $"fixed, around {options.IdleTimeout.TotalSeconds:0} s of idling",
        _ => "as is, with Weir (protect)",
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
