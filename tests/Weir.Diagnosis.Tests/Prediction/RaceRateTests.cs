using CsCheck;

namespace Weir.Diagnosis.Tests;

public sealed class RaceRateTests
{
    // Node 20 with its defaults, behind ALB's, half a millisecond away: the example of docs/race.md.
    private static readonly RaceConditions _example = new()
    {
        RequestsPerSecond = 0.2,
        ServiceTime = TimeSpan.FromMilliseconds(3),
        ClosesFrom = TimeSpan.FromSeconds(6),
        ClosesUntil = TimeSpan.FromSeconds(6),
        Window = TimeSpan.FromMicroseconds(500),
        BalancerIdleTimeout = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public void PerRequest_ExampleOfTheDocument_IsOneIn33200()
    {
        Assert.Equal(3.01e-5, RaceRate.PerRequest(_example), 0.005e-5);
        Assert.Equal(0.52, RaceRate.PerDay(_example), 0.005);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(2)]
    public void PerRequest_NoServiceTime_IsTheChanceOfAGapInTheWindow(double requestsPerSecond)
    {
        RaceConditions conditions = _example with { RequestsPerSecond = requestsPerSecond, ServiceTime = TimeSpan.Zero };

        double expected = Math.Exp(-requestsPerSecond * 5.9995) - Math.Exp(-requestsPerSecond * 6);

        Assert.Equal(1, RaceRate.PerRequest(conditions) / expected, 1e-9);
    }

    [Theory]
    [InlineData(5.9)]
    [InlineData(5.9994)]
    [InlineData(1)]
    public void PerRequest_BalancerClosesBeforeTheWindow_IsNothing(double idleSeconds) =>
        Assert.Equal(0, RaceRate.PerRequest(_example with { BalancerIdleTimeout = TimeSpan.FromSeconds(idleSeconds) }));

    [Fact]
    public void PerRequest_EqualTimeouts_IsAsIfTheBalancerWaitedLonger() =>
        Assert.Equal(
            RaceRate.PerRequest(_example),
            RaceRate.PerRequest(_example with { BalancerIdleTimeout = TimeSpan.FromSeconds(6) }),
            1e-12);

    [Fact]
    public void PerRequest_BalancerClosesWithinTheWindow_IsThePartBefore()
    {
        RaceConditions whole = _example with { ServiceTime = TimeSpan.Zero };

        double part = RaceRate.PerRequest(whole with { BalancerIdleTimeout = TimeSpan.FromSeconds(5.99975) });

        Assert.Equal(0.5, part / RaceRate.PerRequest(whole), 0.001);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3)]
    [InlineData(2.5)]
    [InlineData(2.05)]
    [InlineData(1.97)]
    [InlineData(1.9)]
    public void PerRequest_SpreadClosing_IsTheMeanOverTheClosingTimes(double idleSeconds)
    {
        RaceConditions spread = _example with
        {
            RequestsPerSecond = 1.5,
            ServiceTime = TimeSpan.FromMilliseconds(50),
            ClosesFrom = TimeSpan.FromSeconds(2),
            ClosesUntil = TimeSpan.FromSeconds(3),
            Window = TimeSpan.FromMilliseconds(80),
            BalancerIdleTimeout = TimeSpan.FromSeconds(idleSeconds),
        };

        double mean = Enumerable.Range(0, 10_000).Average(i =>
        {
            var closes = TimeSpan.FromSeconds(2 + ((i + 0.5) / 10_000));
            return RaceRate.PerRequest(spread with { ClosesFrom = closes, ClosesUntil = closes });
        });

        Assert.Equal(mean, RaceRate.PerRequest(spread), mean * 1e-3);
    }

    // The errors are those of docs/race.md.
    [Theory]
    [InlineData(0.05, 50, 0.005)]
    [InlineData(0.2, 50, 0.005)]
    [InlineData(2, 50, 0.005)]
    [InlineData(0.3, 20, 0.012)]
    [InlineData(1, 20, 0.012)]
    [InlineData(0.7, 10, 0.025)]
    [InlineData(3, 10, 0.025)]
    [InlineData(5, 5, 0.065)]
    public void PerRequest_Levels_AgreesWithTheExactDistribution(double load, double closesInServiceTimes, double error)
    {
        const double serviceSeconds = 0.1;
        RaceConditions conditions = _example with
        {
            RequestsPerSecond = load / serviceSeconds,
            ServiceTime = TimeSpan.FromSeconds(serviceSeconds),
            ClosesFrom = TimeSpan.FromSeconds(closesInServiceTimes * serviceSeconds),
            ClosesUntil = TimeSpan.FromSeconds(closesInServiceTimes * serviceSeconds),
            Window = TimeSpan.FromMilliseconds(1),
        };

        double exact = ExponentialService.RacesPerRequest(conditions);

        Assert.InRange(RaceRate.PerRequest(conditions) / exact, 1 - error, 1 + error);
    }

    [Theory]
    [InlineData(0.3, 0.1)]
    [InlineData(1.5, 0.1)]
    [InlineData(5, 0.1)]
    public void PerRequest_Levels_AgreesWithAStackOfConnections(double requestsPerSecond, double serviceSeconds)
    {
        const int requests = 1_000_000;
        RaceConditions conditions = _example with
        {
            RequestsPerSecond = requestsPerSecond,
            ServiceTime = TimeSpan.FromSeconds(serviceSeconds),
            Window = TimeSpan.FromMilliseconds(100),
        };

        double expected = RaceRate.PerRequest(conditions) * requests;

        // Four standard deviations, and the 3 % that the formula is given.
        Assert.InRange(StackOfConnections.Races(conditions, requests), expected * 0.97 - (4 * Math.Sqrt(expected)), expected * 1.03 + (4 * Math.Sqrt(expected)));
    }

    [Fact]
    public void PerDay_OneConnection_NeverExceedsItsBound() =>
        Gen.Select(Gen.Double[0.001, 100], Gen.Double[1, 120], Gen.Double[0.0001, 0.05]).Sample((rate, closes, window) =>
        {
            RaceConditions conditions = _example with
            {
                RequestsPerSecond = rate,
                ServiceTime = TimeSpan.Zero,
                ClosesFrom = TimeSpan.FromSeconds(closes),
                ClosesUntil = TimeSpan.FromSeconds(closes),
                Window = TimeSpan.FromSeconds(window),
                BalancerIdleTimeout = TimeSpan.FromSeconds(4000),
            };
            // The bound holds for a window that is short beside the gap.
            double most = 86_400 * 0.5414 * window / (closes * closes) * Math.Exp(2 * window / closes);
            Assert.InRange(RaceRate.PerDay(conditions), 0, most * 1.0001);
        });

    [Fact]
    public void PerRequestInTurns_EveryRequest_IsTheRateOfOneConnection()
    {
        RaceConditions conditions = _example with { ServiceTime = TimeSpan.Zero };

        Assert.Equal(RaceRate.PerRequest(conditions), RaceRate.PerRequestInTurns(conditions, 1), 1e-12);
    }

    // Two arrivals within t: the gap of a connection in turns of two. Its density is λ²te^(−λt).
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.03)]
    public void PerRequestInTurns_AtLittleTraffic_IsNeverBelowZero(double requestsPerSecond) => Assert.InRange(
        RaceRate.PerRequestInTurns(
            _example with { RequestsPerSecond = requestsPerSecond, ClosesFrom = TimeSpan.FromSeconds(2), ClosesUntil = TimeSpan.FromSeconds(3) }, 10),
        0, 1e-9);

    [Fact]
    public void PerRequestInTurns_Two_IsTheChanceOfASumOfTwoGapsInTheWindow()
    {
        double expected = 0.04 * 6 * Math.Exp(-1.2) * 0.0005;

        Assert.Equal(expected, RaceRate.PerRequestInTurns(_example, 2), expected * 0.001);
    }

    // More than 745 under way, and the chance of none of them is 0 to a double; more than 400, and the lowest levels are left out.
    [Theory]
    [InlineData(300)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void PerRequest_BusyPool_IsTheSumOverAllLevels(double load)
    {
        const double serviceSeconds = 0.05;
        double rate = load / serviceSeconds;
        RaceConditions conditions = _example with { RequestsPerSecond = rate, ServiceTime = TimeSpan.FromSeconds(serviceSeconds) };
        var reuse = ReuseAge.OfLevel0(rate);
        double logShare = -load;
        double sum = 0;
        for (int level = 0; level < load + (7 * Math.Sqrt(load)); level++)
        {
            if (level > 0)
            {
                logShare += Math.Log(load / level);
                reuse = reuse.NextLevel(rate, level / serviceSeconds);
            }

            sum += Math.Exp(logShare) * reuse.Weight * (Math.Exp(-reuse.DecayPerSecond * 5.9995) - Math.Exp(-reuse.DecayPerSecond * 6));
        }

        Assert.InRange(RaceRate.PerRequest(conditions), sum - 1e-9, sum + 1e-9);
        Assert.InRange(RaceRate.PerRequest(conditions with { ClosesFrom = TimeSpan.FromSeconds(0.01), ClosesUntil = TimeSpan.FromSeconds(0.01) }), 0, 1);
    }

    [Fact]
    public void Rates_OfAnyQuestion_AreShares() =>
        Gen.Select(Gen.Double[-9, 6], Gen.Double[-4, 2], Gen.Double[-3, 5], Gen.Double[-4, 0.4], Gen.Bool, Gen.Int[1, 1_000]).Sample((rate, handling, closes, window, isSpread, turns) =>
        {
            double closesSeconds = Math.Pow(10, closes);
            RaceConditions conditions = _example with
            {
                RequestsPerSecond = Math.Pow(10, rate),
                ServiceTime = TimeSpan.FromSeconds(Math.Pow(10, handling)),
                ClosesFrom = TimeSpan.FromSeconds(closesSeconds),
                ClosesUntil = TimeSpan.FromSeconds(isSpread ? 2 * closesSeconds : closesSeconds),
                Window = TimeSpan.FromSeconds(Math.Pow(10, window)),
            };

            Assert.InRange(RaceRate.PerRequest(conditions), 0, 1 + 1e-9);
            Assert.InRange(RaceRate.PerRequestInTurns(conditions, turns), 0, 1 + 1e-9);
            Assert.InRange(RaceRate.PerRequestPeriodic(conditions, turns), 0, 1 + 1e-9);
        }, iter: 300);

    // With 1200 arrivals in 6 s, the 1200th comes in the last half of a millisecond with λW·e^(−1200)·1200^1199/1199!, by Stirling's formula 1/√(2π·1200) of λW.
    [Fact]
    public void PerRequestInTurns_ManyArrivalsWithinTheTimeout_IsTheChanceThatOneFallsIntoTheWindow() => Assert.Equal(
        0.1 / Math.Sqrt(2 * Math.PI * 1_200),
        RaceRate.PerRequestInTurns(_example with { RequestsPerSecond = 200 }, 1_200),
        1e-6);
}
