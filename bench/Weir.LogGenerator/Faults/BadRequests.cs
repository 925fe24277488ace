using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Scanners and broken clients whose requests the balancer itself refuses.</summary>
internal sealed class BadRequests(double leastShare, double mostShare) : Fault
{
    public BadRequests() : this(0.001, 0.03)
    {
    }

    public override string Cause => Causes.BadRequest;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double share = draw.LogBetween("share", leastShare, mostShare);
        Recurrence.AtRandom(universe, Math.Max(share * group.Plan.RequestsPerSecond, 2 / seconds), () =>
        {
            ClientConnection client = universe.Clients.Next();
            long received = universe.NowTicks;
            universe.After(Ticks.Of(universe.Random.Exponential(0.15)), () => universe.Write(Refuse(universe, group, client, received), Cause));
        });
    }

    private static LogRow Refuse(Universe universe, TargetGroup group, ClientConnection client, long received)
    {
        double kind = universe.Random.Unit();
        UrlProfile url = universe.Random.Pick(group.Urls);
        // Shares by how often such lines are published: unreadable bytes by far the most.
        if (kind < 0.45) return FrontRows.Refused(universe, group, client, null, received, 400, universe.Random.Below(90));
        if (kind < 0.6 && client.Protocol.Type == "https")
        {
            LogRow plain = FrontRows.Refused(universe, group, client, null, received, 400, 172);
            plain.HasNoTls = true;
            plain.SentBytes = 370;
            return plain;
        }

        if (kind < 0.75)
        {
            LogRow severe = FrontRows.Refused(universe, group, client, url, received, 400, 310);
            severe.Classification = "Severe";
            severe.ClassificationReason = universe.Random.Pick(_severe);
            return severe;
        }

        int status = universe.Random.Pick(_statuses);
        return FrontRows.Refused(universe, group, client, status == 405 ? _trace : url, received, status, status == 414 ? 16_500 : 280);
    }

    // Source: ALB user guide, classification reasons.
    private static readonly string[] _severe = ["BadContentLength", "MultipleContentLength", "BadTransferEncoding", "MultipleTransferEncodingChunked"];
    private static readonly int[] _statuses = [400, 400, 414, 405, 405, 463, 464, 505, 501];
    private static readonly UrlProfile _trace = new() { Method = "TRACE", Path = "/" };
}
