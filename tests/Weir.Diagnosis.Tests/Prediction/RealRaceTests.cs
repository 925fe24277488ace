using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis.Tests;

/// <summary>Formula and simulation against sockets, a real loop, and a target that closes by a timer of its own.</summary>
public sealed class RealRaceTests
{
    private const double RequestsPerSecond = 10;
    private const ulong Seed = 7;
    private const double Sigmas = 4;

    private static readonly TimeSpan _length = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _closes = TimeSpan.FromMilliseconds(100);

    // Often enough for a mean, and seldom enough to leave the relay as idle as the traffic does.
    private static readonly TimeSpan _measureInterval = TimeSpan.FromMilliseconds(40);

    // Explicit: four minutes, and timers that a busy machine makes late are not what is asked here.
    [Fact(Explicit = true)]
    public async Task RealSockets_PoissonTraffic_RaceAsOftenAsFormulaAndSimulationSay()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;

        (int requests, int races, TimeSpan roundTrip) = await RunPool(cancel);
        var asked = new RacePrediction
        {
            RequestsPerSecond = RequestsPerSecond,
            ClosesFrom = _closes,
            ClosesUntil = _closes,
            BalancerIdleTimeout = TimeSpan.FromSeconds(60),
            // The window is what a request really takes, with the time until the target's program has read it.
            Latency = roundTrip / 2,
            HandlingTime = TimeSpan.Zero,
            Pattern = ArrivalPattern.Poisson,
            Pools = 1,
            ConnectionsInTurn = null,
        };
        RaceSimulationResult simulated = RaceSimulation.Run(asked, Seed, enough: 2_000, limit: 200_000, null, cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"round trip {asked.Window.TotalMilliseconds:F2} ms, {races} races in {requests} requests: {1e6 * races / requests:F0} in a million; formula {1e6 * asked.PerRequest():F0}, simulation {1e6 * simulated.PerRequest:F0}"));
        AssertAgrees(asked.PerRequest());
        AssertAgrees(simulated.PerRequest);

        // The window is what was measured on a warm connection; what is sent after a while of idleness may take longer.
        void AssertAgrees(double perRequest)
        {
            double expected = perRequest * requests;
            Assert.InRange(races, expected - (Sigmas * Math.Sqrt(expected)), expected + (Sigmas * Math.Sqrt(expected)));
        }
    }

    private static async Task<RealPool> RunPool(CancellationToken cancel)
    {
        using var server = BuiltInServer.Start(_closes, _closes, RaceScenario.Closed);
        using var relay = new DelayRelay(server.EndPoint, _latency);
        using var balancer = new LaboratoryBalancer(relay.EndPoints, protects: false, new ReproductionOptions { Latency = _latency }, static _ => { }, static _ => { }, poolOrder: "newest_first");
        var random = new Random((int)Seed);
        var sent = new List<Task<int>>();
        Task<TimeSpan> roundTrip = MeasureRoundTrip(relay.EndPoint, cancel);
        var clock = Stopwatch.StartNew();
        double nextSeconds = 1;
        while ((nextSeconds -= Math.Log(1 - random.NextDouble()) / RequestsPerSecond) < _length.TotalSeconds)
        {
            TimeSpan wait = TimeSpan.FromSeconds(nextSeconds) - clock.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancel);
            }

            sent.Add(Send());
        }

        int[] codes = await Task.WhenAll(sent);
        Assert.All(codes, static code => Assert.Contains(code, (int[])[200, 502]));
        return new RealPool(codes.Length, codes.Count(static code => code == 502), await roundTrip);

        async Task<int> Send()
        {
            using LaboratoryClient client = await LaboratoryClient.Connect(balancer.EndPoint, cancel);
            client.Send("GET", "/");
            return (await client.ReceiveAnswer(cancel)).StatusCode;
        }
    }

    // The mean, beside the traffic and for as long, on a connection that is warm.
    private static async Task<TimeSpan> MeasureRoundTrip(IPEndPoint relay, CancellationToken cancel)
    {
        TimeSpan sum = TimeSpan.Zero;
        int measurements = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < _length)
        {
            using LaboratoryClient client = await LaboratoryClient.Connect(relay, cancel);
            // Where this comes late, the target has closed: then with another connection.
            while (clock.Elapsed < _length)
            {
                long start = Stopwatch.GetTimestamp();
                client.Send("GET", "/");
                LaboratoryAnswer answer = await client.ReceiveAnswer(cancel);
                if (answer.StatusCode != 200)
                {
                    break;
                }

                sum += Stopwatch.GetElapsedTime(start, answer.CompletedTimestamp);
                measurements++;
                await Task.Delay(_measureInterval, cancel);
            }
        }

        return sum / measurements;
    }

    private sealed record RealPool(int Requests, int Races, TimeSpan RoundTrip);
}
