using System.Text;
using Weir.Balancer;

namespace Weir.Simulation.Race;

/// <summary>Sits inside the balancer: notes each way of a request onto a connection, and what the balancer says became of it.</summary>
internal sealed class RaceOracle(RaceWorld world) : IExchangeObserver
{
    public void OnDispatched(Exchange exchange)
    {
        if (Find(exchange) is not { } request)
        {
            return;
        }

        var target = (Http1Target)exchange.Stream!;
        bool isReused = target.Requests > 0;
        RaceTargetSession? session = isReused ? world.Sessions.GetValueOrDefault(target.Connection.LocalEndPoint) : null;
        if (isReused && session is null)
        {
            world.Ledger.Violated($"a connection is used again that the target does not know: {request}");
        }

        long idleMs = isReused ? target.IdleMs : -1;
        request.Attempts.Add(new RaceAttempt(world.Network.NowMicros, idleMs, world.Closes, session));
        // What the target has said is known since its last answer, and a request has to be there before it is over.
        RaceDay day = world.Day;
        if (day.Protects && day.LearnsFromHints && day.AdvertisedSeconds > 0 && idleMs > (day.AdvertisedSeconds * 1000) - (day.LongestTripMicros / 1000))
        {
            world.Ledger.Violated($"a connection was used again beyond what its target had said: {request}");
        }
    }

    public void OnFailed(Exchange exchange)
    {
        if (Find(exchange) is { Method: "POST" } request && world.IsPlanted(RacePlant.RetriedPost))
        {
            request.Attempts.Add(new RaceAttempt(world.Network.NowMicros, -1, world.Closes, null));
        }
    }

    public void OnEnded(Exchange exchange)
    {
        if (Find(exchange) is not { } request)
        {
            world.Ledger.Violated("an exchange ended that no client has begun");
            return;
        }

        request.Ends++;
        request.Failure = exchange.Failure;
        request.FirstFailure = exchange.FirstAttempt;
    }

    private RaceRequest? Find(Exchange exchange)
    {
        string path = Encoding.ASCII.GetString(exchange.Request.Target);
        return path.StartsWith("/r/", StringComparison.Ordinal) ? world.Ledger.Find(path.AsSpan(3)) : null;
    }
}
