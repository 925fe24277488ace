using Weir.Configuration;
using Weir.Diagnosis;
using Weir.Predicting;

namespace Weir.Tests.Predicting;

public sealed class PredictionFlagReaderTests
{
    private static readonly PredictionFlags _least = new() { KeepAlive = "5", RequestsPerSecond = "0.2" };

    private static RacePrediction? Read(PredictionFlags flags, out string[] errors)
    {
        RacePrediction? asked = new PredictionFlagReader(flags).Read(out IReadOnlyList<UsageError> found);
        errors = [.. found.Select(static error => error.ToString())];
        return asked;
    }

    [Fact]
    public void Read_OfTheLeast_TakesTheBalancersDefaults()
    {
        RacePrediction asked = Read(_least, out string[] errors)!;

        Assert.Empty(errors);
        Assert.Equal(TimeSpan.FromSeconds(60), asked.BalancerIdleTimeout);
        Assert.Equal((1, null, ArrivalPattern.Poisson), (asked.Pools, asked.ConnectionsInTurn, asked.Pattern));
    }

    [Theory]
    [InlineData("5", 5, 5)]
    [InlineData("500ms", 0.5, 0.5)]
    [InlineData("1m", 60, 60)]
    [InlineData("2-3", 2, 3)]
    [InlineData("2s-3s", 2, 3)]
    [InlineData("500-600ms", 0.5, 0.6)]
    [InlineData("120-150", 120, 150)]
    public void Read_KeepAlive_TakesTimesAndRanges(string text, double from, double until)
    {
        RacePrediction asked = Read(_least with { KeepAlive = text }, out string[] errors)!;

        Assert.Empty(errors);
        Assert.Equal((from, until), (asked.ClosesFrom.TotalSeconds, asked.ClosesUntil.TotalSeconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("3-2")]
    [InlineData("5h")]
    [InlineData("2-")]
    [InlineData("1e3")]
    public void Read_KeepAliveThatIsNone_NamesIt(string text)
    {
        Assert.Null(Read(_least with { KeepAlive = text }, out string[] errors));

        Assert.StartsWith("--keepalive ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfEverythingWrong_NamesEveryOption()
    {
        var flags = new PredictionFlags
        {
            RequestsPerSecond = "-1",
            IdleTimeout = "4001",
            Latency = "2s",
            Handling = "x",
            Connections = "0",
            Pools = "0",
        };

        Assert.Null(Read(flags, out string[] errors));

        Assert.Equal(
            ["--keepalive:", "--rps", "--idle-timeout", "--latency", "--handling", "--pools", "--connections"],
            errors.Select(static error => error.Split(' ')[0]));
    }
}
