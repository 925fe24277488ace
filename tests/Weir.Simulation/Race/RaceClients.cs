using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>
/// All the clients of a day: requests arrive independently of each other, as many in an hour as the day wants, or one after
/// another at even intervals; each on a connection that is free.
/// </summary>
internal sealed class RaceClients(RaceWorld world, SimLoop loop, IPEndPoint balancer)
{
    // Less than the balancer's idle timeout: a client that comes later would meet the very race on its own side.
    private const int MaxIdleMs = 50_000;

    private static readonly string[] _methods = ["GET", "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE"];

    private readonly LoopRandom _random = new(world.Network.Seed ^ 0x636C_6965);
    private readonly Stack<RaceClient> _idle = new();

    public int Outstanding { get; private set; }

    public void ScheduleNext()
    {
        if (world.Day.IsPolled)
        {
            SchedulePoll();
            return;
        }

        // An exponential gap knows no past: one that would reach into the next hour is drawn again there.
        TimeSpan now = world.Network.Elapsed;
        var nextHour = TimeSpan.FromHours(Math.Floor(now.TotalHours + 1e-9) + 1);
        var gap = TimeSpan.FromMicroseconds(
            Math.Ceiling(-Math.Log(1 - _random.NextDouble()) * 1e6 / world.Day.RequestsPerSecondAt(now)));
        if (now + gap < nextHour)
        {
            world.Network.After(gap, Arrive);
        }
        else if (nextHour < world.Day.Length)
        {
            world.Network.After(nextHour - now, ScheduleNext);
        }
        else
        {
            world.Network.After(nextHour - now, static () => { });
        }
    }

    // Its requests' connection is the only one, so that each meets the last one's.
    private void SchedulePoll()
    {
        if (world.Network.Elapsed + world.Day.PollInterval < world.Day.Length)
        {
            world.Network.After(world.Day.PollInterval, Arrive);
        }
    }

    /// <summary>Closes the connections that are left.</summary>
    public void End() => loop.Post(() =>
    {
        while (_idle.TryPop(out RaceClient? client))
        {
            client.Close();
        }
    });

    private void Arrive()
    {
        RaceRequest request = Draw();
        world.Ledger.Began(request);
        Outstanding++;
        loop.Post(() => Loop.Start(Send(request)));
        ScheduleNext();
    }

    private RaceRequest Draw()
    {
        string method = _methods[_random.Next(_methods.Length)];
        int bodyBytes = method is "POST" or "PUT"
            ? _random.Next(100) switch
            {
                // More than may be held for a second try.
                0 => 100_000,
                < 10 => _random.Next(60_000),
                _ => _random.Next(500),
            }
            : 0;
        return new RaceRequest(_random.NextUInt64(), method, bodyBytes);
    }

    private async LoopTask Send(RaceRequest request)
    {
        RaceClient client = TakeIdle() ?? new RaceClient(world, loop);
        if (await client.Send(request, balancer))
        {
            _idle.Push(client);
        }
        else
        {
            client.Close();
        }

        Outstanding--;
    }

    private RaceClient? TakeIdle()
    {
        while (_idle.TryPop(out RaceClient? client))
        {
            if (loop.NowMs - client.IdleSinceMs < MaxIdleMs)
            {
                return client;
            }

            client.Close();
        }

        return null;
    }
}
