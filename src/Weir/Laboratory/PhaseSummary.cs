using Weir.Diagnosis;
using Weir.Diagnosis.Reports;

namespace Weir.Laboratory;

/// <summary>What is told of a phase when it has ended: a verdict, and a paragraph for each thing that it rests on. Pure.</summary>
internal static class PhaseSummary
{
    /// <summary>In one paragraph: how many requests there were, how many failed, and how.</summary>
    public static string Verdict(PhaseReport report) => report switch
    {
        { Phase: ReproductionPhase.Race, Failures: 0, SentAgain: > 0 } =>
            $"None of {Requests(report.Requests)} that came at that moment got 502 for it. {report.SentAgain} met the close ({Methods(report.SentAgainByMethod)}), and were answered all the same.",
        { Phase: ReproductionPhase.Race, Failures: 0 } =>
            $"None of {Requests(report.Requests)} that came at that moment met the close.",
        { Phase: ReproductionPhase.Race } =>
            $"{report.Failures} of {Requests(report.Requests)} that met the moment got 502{(report.Other502s + report.Undecided502s > 0 ? " for it" : "")} ({Methods(report.FailuresByMethod)}).{Handled(report)}",
        { Failed: > 0 } =>
            $"{report.Failed} of {Requests(report.Judged)} failed: {report.FaultWords}.",
        { ClosesEarly: true } =>
            $"None of {Requests(report.Judged)} failed, but the target was the first to close {Plural.Of(report.ClosedByTarget, "idle connection")}.",
        { IsEnough: false } =>
            $"None of {Requests(report.Judged)} failed, but too few of them ({report.Requests}) came at that moment to tell.",
        { Phase: ReproductionPhase.Fix } =>
            $"None of {Requests(report.Judged)} failed. {report.Requests} of them came at that moment; at the rate of the race {report.Expected:0} of these would have failed. 95 % sure: at most {PhaseWording.Percent(report.UpperBound)} still would.",
        _ =>
            $"None of {Requests(report.Judged)} failed. {report.Requests} of them came at that moment. 95 % sure: at most {PhaseWording.Percent(report.UpperBound)} of such would.",
    };

    /// <summary>What is to be said besides, a paragraph each.</summary>
    public static IEnumerable<string> Details(PhaseReport report, ReproductionOptions options)
    {
        if (report is { Phase: ReproductionPhase.Race, Failures: > 0 } && options.Scenario == RaceScenario.Closed)
        {
            yield return $"The target had closed before they reached it, as the relay saw; until that had come across, the balancer could not know. Then its explain log had: {Ends(report)}.";
        }

        if (report.SentAgain > 0)
        {
            // Of a race in which none failed the verdict has said so.
            string met = report is { Phase: ReproductionPhase.Race, Failures: 0 } ? ""
                : $"{Plural.Of(report.SentAgain, report.Failures > 0 ? "other" : "request")} met the close ({Methods(report.SentAgainByMethod)}), and {Plural.Word(report.SentAgain, "was", "were")} answered all the same. ";
            yield return $"{met}The target had said GOAWAY, which names the last stream that it has looked at, and theirs came behind that, as the relay saw. So they may be sent again, whatever their method, and weir did so on new connections, as it does in every mode. AWS does not say whether ALB does.";
        }

        if (report is { Phase: ReproductionPhase.Race, Faults.Count: > 0 })
        {
            yield return $"Besides, of all {Requests(report.Judged)}: {report.FaultWords}.";
        }

        if (report.Undecided502s > 0)
        {
            yield return $"Of {report.Undecided502s} of those only the target can tell whether they are the race, and nothing is concluded from them: it had got the request, and ended the connection in the moment in which it ends idle ones.";
        }

        if (report.RefusedOtherwise > 0)
        {
            yield return $"{Plural.Of(report.RefusedOtherwise, "request")} {Plural.Word(report.RefusedOtherwise, "was", "were")} refused by a GOAWAY that left the target only when {Plural.Word(report.RefusedOtherwise, "it", "they")} had arrived, and sent again: that is no idle close.";
        }

        if (report.Phase == ReproductionPhase.FixAtIdleTimeout)
        {
            yield return AroundTheIdleTimeout(report, options);
        }

        if (report.Phase == ReproductionPhase.Protect)
        {
            if (report.Withheld > 0)
            {
                yield return $"{Plural.Of(report.Withheld, "request")} of all {report.Judged} {Plural.Word(report.Withheld, "was", "were")} kept off an idle connection for its age; {report.NearMisses} of those would have met the close.";
            }

            if (report.Retried > 0)
            {
                yield return $"{report.Retried} met the close, {Plural.Word(report.Retried, "was", "were")} sent again on a new connection, and answered.";
            }
            else if (report.SentAgain == 0)
            {
                yield return options.IsHttp2
                    ? "None met a close and had to be sent again."
                    : "None met a close and had to be sent again; --no-hints shows that: there the balancer does not know when the target closes.";
            }
        }

        if (report.Shortened is { } reason)
        {
            yield return $"Cut short: {reason}.";
        }
    }

    private static string AroundTheIdleTimeout(PhaseReport report, ReproductionOptions options)
    {
        string timeout = $"{options.IdleTimeout.TotalSeconds:0} s";
        int justUsed = report.CameTooLate - report.OnNewConnections;
        int closed = report.ClosedByBalancer + report.ClosedByTarget;
        return $"{report.Requests} came just before the balancer's {timeout}, and used connections that had been idle so long. {report.CameTooLate} came just after: the balancer had closed the idle ones, and they went out on others ({report.OnNewConnections} new, {justUsed} just used). Of {Plural.Of(closed, "idle connection")} that ended, the balancer's FIN came first in {report.ClosedByBalancer}.";
    }

    private static string Requests(int count) => Plural.Of(count, "request");

    private static string Methods(IReadOnlyDictionary<string, int> counts) => string.Join(" and ", counts.OrderBy(static entry => entry.Key)
        .Select(static entry => $"{entry.Value} {entry.Key}"));

    private static string Ends(PhaseReport report) => string.Join(", ", report.FailuresByEnd.OrderByDescending(static entry => entry.Value)
        .Select(static entry => $"{entry.Value} × {entry.Key}"));

    private static string Handled(PhaseReport report) => report.FailuresHandled switch
    {
        null => "",
        0 => " None is in the target's log.",
        { } all when all == report.Failures => " The target handled all of them.",
        { } some => $" The target handled {some}.",
    };
}
