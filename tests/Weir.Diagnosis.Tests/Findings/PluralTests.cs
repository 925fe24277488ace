using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Findings;

public sealed class PluralTests
{
    [Theory]
    [InlineData(0, "request", "0 requests")]
    [InlineData(1, "request", "1 request")]
    [InlineData(12_345, "good request", "12,345 good requests")]
    [InlineData(2, "address", "2 addresses")]
    [InlineData(2, "stretch", "2 stretches")]
    [InlineData(2, "retry", "2 retries")]
    [InlineData(2, "day", "2 days")]
    public void Of_ANumber_CountsTheNoun(long number, string noun, string expected) => Assert.Equal(expected, Plural.Of(number, noun));

    [Theory]
    [InlineData(1, 1, "the only connection")]
    [InlineData(3, 3, "all 3 connections")]
    [InlineData(1, 3, "1 of 3 connections")]
    [InlineData(0, 1, "0 of 1 connection")]
    public void PartOf_SomeOfAll_SaysHowMany(long part, long all, string expected) => Assert.Equal(expected, Plural.PartOf(part, all, "connection"));
}
