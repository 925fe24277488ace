using System.Text;

namespace Weir.Balancer.Tests;

/// <summary>The one table that says what a failure becomes.</summary>
public sealed class FailureTableTests
{
    // Source: ALB, observed: status line text, body and whole response in bytes.
    public static TheoryData<int, string, int, bool, int> Pages => new()
    {
        { 400, "Bad Request", 122, false, 272 },
        { 405, "Not Allowed", 122, true, 277 },
        { 408, "Request Time-out", 132, false, 287 },
        { 414, "Request-URI Too Large", 142, false, 302 },
        { 500, "Internal Server Error", 142, true, 307 },
        { 501, "Not Implemented", 130, false, 284 },
        { 502, "Bad Gateway", 122, true, 277 },
        { 503, "Service Temporarily Unavailable", 162, true, 337 },
        { 504, "Gateway Time-out", 132, true, 292 },
        { 505, "HTTP Version Not Supported", 152, false, 317 },
    };

    [Fact]
    public void Reasons_HaveOneRowEach()
    {
        IEnumerable<FailureReason> reasons = Enum.GetValues<FailureReason>().Where(static reason => reason != FailureReason.None);
        Assert.Equal(reasons.Order(), FailureTable.Rows.Select(static row => row.Reason).Order());
        Assert.All(reasons, static reason => Assert.Equal(reason, FailureTable.Of(reason).Reason));
    }

    [Fact]
    public void Names_AreUniqueAndFitForMetrics()
    {
        Assert.Distinct(FailureTable.Rows.Select(static row => row.Name));
        Assert.All(FailureTable.Rows, static row => Assert.Matches("^[a-z][a-z0-9_]*$", row.Name));
        Assert.All(FailureTable.Rows, static row => Assert.EndsWith(".", row.Meaning, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_OfACode_HasTheObservedBytes(int code, string phrase, int bodyBytes, bool keepAlive, int totalBytes)
    {
        FailureRow row = FailureTable.Rows.First(row => row.StatusCode == code && row.PageDetail.Length == 0);
        ErrorPage page = ErrorPage.Of(row.Reason);
        Assert.Equal($"HTTP/1.1 {code} {phrase}\r\n", Encoding.ASCII.GetString(page.StatusLine));
        Assert.Equal(bodyBytes, page.Body.Length);
        string connection = keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
        int rest = "Server: awselb/2.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n".Length + connection.Length;
        Assert.Equal(totalBytes, page.StatusLine.Length + page.Fields.Length + page.Body.Length + rest);
    }

    [Fact]
    public void Codes_OfTheTable_AreThoseOfTheGuide()
    {
        int[] codes = [0, 400, 405, 408, 414, 460, 463, 464, 500, 501, 502, 503, 504, 505];
        Assert.All(FailureTable.Rows, row => Assert.Contains(row.StatusCode, codes));
    }

    [Fact]
    public void ClosingCodes_NeverLeaveTheClientOpen() =>
        Assert.All(
            FailureTable.Rows.Where(static row => row.StatusCode is 400 or 408 or 414 or 501 or 505),
            static row => Assert.False(row.ClientStaysOpen, row.Name));
}
