namespace Weir.Model.Tests.HealthChecks;

public sealed class HealthCheckMatcherTests
{
    [Theory]
    [InlineData("200", new[] { 200 }, new[] { 199, 201, 404 })]
    [InlineData("200,202", new[] { 200, 202 }, new[] { 201, 203 })]
    [InlineData("200-299", new[] { 200, 250, 299 }, new[] { 199, 300 })]
    [InlineData("200,202,300-302", new[] { 200, 202, 300, 301, 302 }, new[] { 201, 299, 303 })]
    [InlineData("200, 204", new[] { 200, 204 }, new[] { 201 })]
    public void Matches_ParsedText_AcceptsExactlyTheListedCodes(string text, int[] accepted, int[] refused)
    {
        Assert.True(HealthCheckMatcher.TryParse(text, 200, 499, out var matcher));
        Assert.All(accepted, code => Assert.True(matcher!.Matches(code)));
        Assert.All(refused, code => Assert.False(matcher!.Matches(code)));
        Assert.Equal(text, matcher!.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("200,")]
    [InlineData("200-")]
    [InlineData("-200")]
    [InlineData("199")]
    [InlineData("500")]
    [InlineData("200-500")]
    [InlineData("299-200")]
    [InlineData("2xx")]
    [InlineData("+200")]
    [InlineData("200-201-202")]
    [InlineData("99999999999999999999")]
    public void TryParse_TextOfAnotherForm_IsRefused(string text)
    {
        Assert.False(HealthCheckMatcher.TryParse(text, 200, 499, out var matcher));
        Assert.Null(matcher);
    }
}
