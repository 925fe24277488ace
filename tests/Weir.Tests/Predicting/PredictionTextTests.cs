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
}
