using System.Globalization;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Laboratory;

/// <summary>The table that ends a reproduction: a row a phase, each with what may be concluded from it.</summary>
internal static class ReproductionTable
{
    /// <summary>Stands beneath it: its numbers are of two populations.</summary>
    public const string Legend =
        "REQUESTS met the moment. RETRIED and WITHHELD are the balancer's counts, of all that were sent.";

    public static string Write(ReproductionReport report, ReproductionOptions options)
    {
        var table = new TextTable("SETTING", "REQUESTS", "502", "AT MOST (95 %)", "RETRIED", "WITHHELD", "VERDICT");
        foreach (PhaseReport phase in report.Phases)
        {
            table.Add(
                Setting(phase.Phase, options),
                Number(phase.Requests),
                Number(phase.Failures),
                PhaseWording.Percent(phase.UpperBound),
                Share(phase.Retried, phase.Sent),
                Share(phase.Withheld, phase.Sent),
                PhaseWording.Verdict(phase));
        }

        return table.Write();
    }

    private static string Setting(ReproductionPhase phase, ReproductionOptions options) => phase switch
    {
        ReproductionPhase.Race => "as it is, behind ALB (observe)",
        ReproductionPhase.Fix => "fixed, same traffic",
        ReproductionPhase.FixAtIdleTimeout => $"fixed, around the balancer's {options.IdleTimeout.TotalSeconds:0} s",
        _ => "as it is, behind Weir (protect)",
    };

    private static string Share(long count, long all) => count == 0 ? "0" : $"{Number(count)} of {Number(all)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
