namespace Weir.Diagnosis.Tests.Prediction;

/// <summary>The formula and the simulation share nothing but the question. Here they answer the same ones.</summary>
public sealed class RaceSimulationTests
{
    private const ulong Seed = 20260101;

    // What the formula may be off by. Source: docs/race.md, how exact
    private const double FormulaError = 0.03;

    private const double Sigmas = 4;

    public static TheoryData<double, double, double, int, int, ArrivalPattern> Grid => new()
    {
        // requests/s, closes from, until, latency ms, connections in turn (0: newest first), pattern
        { 0.05, 6, 6, 25, 0, ArrivalPattern.Poisson },
        { 0.2, 6, 6, 25, 0, ArrivalPattern.Poisson },
        { 0.5, 5, 5, 10, 0, ArrivalPattern.Poisson },
        { 2, 2, 3, 25, 0, ArrivalPattern.Poisson },
        { 10, 2, 2, 20, 0, ArrivalPattern.Poisson },
        { 0.02, 60, 60, 50, 0, ArrivalPattern.Poisson },
        { 1, 5, 5, 25, 4, ArrivalPattern.Poisson },
        { 0.2, 4.99, 4.99, 10, 0, ArrivalPattern.Periodic },
        { 0.2, 4.96, 4.96, 10, 0, ArrivalPattern.Periodic },
        { 0.5, 1.5, 2.5, 50, 0, ArrivalPattern.Periodic },
        { 2, 4.8, 5.2, 25, 10, ArrivalPattern.Periodic },
    };

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_OverTheGrid_CountsWhatTheFormulaExpects(
        double requestsPerSecond, double closesFrom, double closesUntil, int latencyMs, int turns, ArrivalPattern pattern)
    {
        RacePrediction asked = Ask(requestsPerSecond, closesFrom, closesUntil, latencyMs, turns, pattern);

        RaceSimulationResult result = RaceSimulation.Run(asked, Seed, enough: 300, limit: 40_000, null, TestContext.Current.CancellationToken);

        double expected = asked.PerRequest() * result.Requests;
        double error = (FormulaError * expected) + (Sigmas * Math.Sqrt(expected)) + 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"{result}; expected {expected:F1}");
        Assert.Equal(0, result.OtherFailures);
        Assert.True(expected > 20, $"only {expected:F1} races are expected: too few to tell");
        Assert.InRange(result.Races, expected - error, expected + error);
    }

    [Theory]
    [InlineData(66, ArrivalPattern.Poisson)]
    [InlineData(66, ArrivalPattern.Periodic)]
    public void Run_TargetOutlivesBalancer_CountsNone(double closes, ArrivalPattern pattern)
    {
        RacePrediction asked = Ask(0.05, closes, closes, 25, 0, pattern);

        RaceSimulationResult result = RaceSimulation.Run(asked, Seed, enough: 1, limit: 20_000, null, TestContext.Current.CancellationToken);

        Assert.Equal(0, asked.PerRequest());
        Assert.Equal((0, 0, 20_000), (result.Races, result.OtherFailures, result.Requests));
    }

    [Theory]
    [InlineData(0.2, 0)]
    [InlineData(2, 10)]
    public void LosingIntervals_OfEvenTraffic_AreThoseThatBothSay(double requestsPerSecond, int turns)
    {
        (TimeSpan from, TimeSpan until) = Ask(requestsPerSecond, 4.99, 4.99, 10, turns, ArrivalPattern.Periodic).LosingIntervals();
        double width = (until - from).TotalSeconds;

        // Before it none, in it some, behind it none: the formula, and the simulation, which knows nothing of it.
        AssertRaces(from.TotalSeconds - (0.1 * width), isLosing: false);
        AssertRaces(from.TotalSeconds + (0.25 * width), isLosing: true);
        AssertRaces(from.TotalSeconds + (0.75 * width), isLosing: true);
        AssertRaces(until.TotalSeconds + (0.1 * width), isLosing: false);

        void AssertRaces(double intervalSeconds, bool isLosing)
        {
            RacePrediction asked = Ask(1 / intervalSeconds, 4.99, 4.99, 10, turns, ArrivalPattern.Periodic);
            RaceSimulationResult result = RaceSimulation.Run(asked, Seed, enough: 10, limit: 200, null, TestContext.Current.CancellationToken);
            Assert.Equal((isLosing, isLosing), (asked.PerRequest() > 0, result.Races > 0));
        }
    }

    [Fact]
    public void Run_SameSeed_SameCourse()
    {
        RacePrediction asked = Ask(0.2, 6, 6, 25, 0, ArrivalPattern.Poisson);

        RaceSimulationResult Run(ulong seed) => RaceSimulation.Run(asked, seed, enough: 10, limit: 40_000, null, TestContext.Current.CancellationToken);

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    private static RacePrediction Ask(
        double requestsPerSecond, double closesFrom, double closesUntil, int latencyMs, int turns, ArrivalPattern pattern) => new()
        {
            RequestsPerSecond = requestsPerSecond,
            ClosesFrom = TimeSpan.FromSeconds(closesFrom),
            ClosesUntil = TimeSpan.FromSeconds(closesUntil),
            BalancerIdleTimeout = TimeSpan.FromSeconds(60),
            Latency = TimeSpan.FromMilliseconds(latencyMs),
            HandlingTime = TimeSpan.FromMilliseconds(3),
            Pattern = pattern,
            Pools = 1,
            ConnectionsInTurn = turns == 0 ? null : turns,
        };
}
