using System.Runtime.Versioning;
using Weir.Model;
using Weir.Output;

namespace Weir.Hosting;

/// <summary>
/// Replaces the configuration of a running node: whole, or not at all. Applying works loop by loop and goes on after a
/// failure, so what fails leaves a part of the new one in force, which is taken back here.
/// </summary>
/// <param name="apply">Puts a snapshot into force and gives what did not work.</param>
[SupportedOSPlatform("linux")]
internal sealed class SnapshotExchange(
    Func<BalancerSnapshot, IReadOnlyList<ListenProblem>> apply, MessageWriter messages)
{
    public SnapshotChange Replace(BalancerSnapshot before, BalancerSnapshot next)
    {
        IReadOnlyList<ListenProblem> problems = apply(next);
        if (problems.Count == 0)
        {
            return SnapshotChange.Done;
        }

        ListenProblem.Report(problems, messages);
        IReadOnlyList<ListenProblem> left = apply(before);
        ListenProblem.Report(left, messages);
        if (left.Count == 0)
        {
            messages.Fail("not-reloaded", "the new configuration was taken back; the one before is in force again");
            return SnapshotChange.Restored;
        }

        messages.Fail(
            "not-restored",
            "the new configuration was taken back, but not all of the one before is in force again; restart the node");
        return SnapshotChange.Incomplete;
    }
}
