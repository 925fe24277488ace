using Weir.Diagnosing;

namespace Weir.Tests.Diagnosing;

public sealed class ReportWordingTests
{
    [Theory]
    [InlineData(1, "over 99 %")]
    [InlineData(0.999, "over 99 %")]
    [InlineData(0.99, "99 %")]
    [InlineData(0.29, "29 %")]
    [InlineData(0, "0 %")]
    public void Confidence_Any_IsNeverRoundedUpToCertainty(double confidence, string text) => Assert.Equal(text, ReportWording.Confidence(confidence));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.001, "less than 0.01")]
    [InlineData(7.66, "7.7")]
    [InlineData(1900.4, "1,900")]
    public void Rate_Any_IsAsExactAsItNeedsToBe(double rate, string text) => Assert.Equal(text, ReportWording.Rate(rate));

    [Theory]
    [InlineData(400, "400 bytes")]
    [InlineData(18_400_000, "18.4 MB")]
    [InlineData(2_147_483_648, "2.1 GB")]
    public void Bytes_Any_HaveAUnit(double bytes, string text) => Assert.Equal(text, ReportWording.Bytes(bytes));

    [Theory]
    [InlineData(259_200, "3 days")]
    [InlineData(18_720, "5 h 12 min")]
    [InlineData(130, "2 min 10 s")]
    [InlineData(5.04, "5 s")]
    public void Duration_Any_IsInItsOwnUnit(double seconds, string text) => Assert.Equal(text, ReportWording.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void TargetGroupName_OfAnArn_IsTheName() => Assert.Equal("api", ReportWording.TargetGroupName(SampleReports.ApiArn));

    [Fact]
    public void Stamp_InAnotherZone_SaysItsOffset()
    {
        var clock = new ReportClock(TimeZoneInfo.CreateCustomTimeZone("+05:30", TimeSpan.FromMinutes(330), null, null));

        Assert.Equal("2026-11-24 05:30:00.000 +05:30", clock.Stamp(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)));
    }
}
