using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>No fault: rules that redirect or answer by themselves, also with codes that look like errors. Their lines must not be taken for any.</summary>
internal static class RuleAnswers
{
    public static void Install(Universe universe, TargetGroup group, double perSecond) => Recurrence.AtRandom(universe, perSecond, () =>
    {
        bool redirects = universe.Random.Chance(0.6);
        ClientConnection client = universe.Clients.Next();
        int status = redirects ? 301 : universe.Random.Pick(_fixed);
        LogRow row = FrontRows.Refused(universe, group, client, universe.Random.Pick(group.Urls), universe.NowTicks, status, 240);
        row.TimeTicks += Ticks.Of(universe.Random.Exponential(0.0005));
        row.Group = null;
        row.SentBytes = redirects ? 360 : 162;
        row.Actions = redirects ? "redirect" : "fixed-response";
        row.RedirectUrl = redirects ? $"https://{universe.Settings.Domain}:443/" : "-";
        universe.Write(row, null);
    });

    private static readonly int[] _fixed = [200, 404, 404, 503, 403];
}
