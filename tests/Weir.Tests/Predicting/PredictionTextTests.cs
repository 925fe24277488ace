using Weir.Configuration;
using Weir.Diagnosis;
using Weir.Output;
using Weir.Predicting;

namespace Weir.Tests.Predicting;

public sealed class PredictionTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.000172, "0.000172")]
    [InlineData(0.5249, "0.525")]
    [InlineData(9.999, "10")]
    [InlineData(12.34, "12.3")]
    [InlineData(1236.4, "1,236")]
    [InlineData(1e-9, "1.0e-9")]
    public void Number_AnySize_HasThreeDigitsThatCount(double value, string text) => Assert.Equal(text, PredictionText.Number(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.000172, "0.000172")]
    [InlineData(8.9e-13, "<0.0001")]
    public void Rate_TooSmallToMatter_IsOnlySaidToBeSo(double value, string text) => Assert.Equal(text, PredictionText.Rate(value));

    [Theory]
    [InlineData(0, "none")]
    [InlineData(6.6e-205, "1 in more than 1,000,000,000")]
    [InlineData(3.0124e-5, "1 in 33,200")]
    [InlineData(1, "1 in 1")]
    public void OneIn_AnyShare_IsRounded(double share, string text) => Assert.Equal(text, PredictionText.OneIn(share));

    // A pool with hundreds of requests under way; most of all that the options allow; the load test that is told of is busier still.
    [Theory]
    [InlineData("1", "2s", null, null)]
    [InlineData("1000", "1s", null, null)]
    [InlineData("10", "30s", null, null)]
    [InlineData("0.2", null, "900ms", null)]
    [InlineData("0.2", null, "1s", "2-3")]
    [InlineData("1000000", "60s", "1s", "2-3")]
    [InlineData("0.000000001", null, null, null)]
    public void Prediction_OfAnyTraffic_IsToldToItsEndInTextAndJson(string rate, string? handling, string? latency, string? keepAlive)
    {
        RacePrediction asked = Read(new PredictionFlags { KeepAlive = keepAlive ?? "5", RequestsPerSecond = rate, Handling = handling, Latency = latency });

        string[] lines = Write(asked, width: 100);
        string json = System.Text.Json.JsonSerializer.Serialize(PredictionDocument.Of(asked, simulated: null), PredictionJson.Readable.PredictionDocument);

        Assert.Contains(lines, static line => line.StartsWith("It ends when ", StringComparison.Ordinal) || line.StartsWith("None", StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", string.Concat(lines), StringComparison.Ordinal);
        Assert.Contains("\"chart\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public void Chart_OnATerminal_TakesNoLineTwice(int width)
    {
        string[] lines = Write(Read(new PredictionFlags { KeepAlive = "5", RequestsPerSecond = "0.2" }), width);

        Assert.All(lines.Where(static line => line.Length > 0), line => Assert.InRange(line.Length, 1, width));
        Assert.Contains(lines, static line => line.EndsWith("◀ yours", StringComparison.Ordinal));
    }

    private static RacePrediction Read(PredictionFlags flags)
    {
        RacePrediction? asked = new PredictionFlagReader(flags).Read(out IReadOnlyList<UsageError> errors);
        Assert.Empty(errors);
        return asked!;
    }

    private static string[] Write(RacePrediction asked, int width)
    {
        using var output = new StringWriter();
        new PredictionText(new Terminal(output, TextWriter.Null, hasColours: false, hasTransientLine: false, width)).Write(asked, null);
        return output.ToString().Split(Environment.NewLine);
    }
}
