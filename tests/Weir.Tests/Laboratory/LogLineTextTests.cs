using Weir.Diagnosis;
using Weir.Laboratory;

namespace Weir.Tests.Laboratory;

public sealed class LogLineTextTests
{
    private static readonly AccessLogEntry _good = Entry("0.007 0.017 0.000 200 200 162 102", "POST");
    private static readonly AccessLogEntry _bad = Entry("0.000 0.005 -1 502 - 98 277", "GET");

    private static AccessLogEntry Entry(string numbers, string method) => AccessLogEntry.Parse(
        $"http 2026-11-24T00:08:09.509299Z app/reproduce/d2b34e1e9a2a7c15 127.0.0.1:54410 127.0.0.1:41961 {numbers} "
        + $"\"{method} http://127.0.0.1:40001/?n=66 HTTP/1.1\" \"agent\" - - arn \"Root=1-6b04b84e-dbd5e0755bc76e75a3b95571\" \"-\"")!;

    [Fact]
    public void Shorten_ForAHundredColumns_LooksAsInTheStory() => Assert.Equal(
        [
            "http 2026-11-24T00:08:09.509299Z … :41961 0.007 0.017 0.000 200 200 162 102 \"POST … HTTP/1.1\" …",
            "http 2026-11-24T00:08:09.509299Z … :41961 0.000 0.005 -1 502 - 98 277 \"GET … HTTP/1.1\" …",
        ],
        LogLineText.Shorten(98, _good, _bad));

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(98)]
    [InlineData(105)]
    [InlineData(140)]
    public void Shorten_ForAnyWidth_FitsAndKeepsTheNumbers(int width)
    {
        string[] lines = LogLineText.Shorten(width, _good, _bad);

        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.Contains("0.000 0.005", lines[1], StringComparison.Ordinal);
        Assert.Equal(width >= 80, lines[1].Contains("-1 502 - 98 277", StringComparison.Ordinal));
        Assert.EndsWith("…", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Shorten_WithRoomEnough_KeepsTheRequestWhole() =>
        Assert.Contains("\"GET http://127.0.0.1:40001/?n=66 HTTP/1.1\"", LogLineText.Shorten(140, _bad)[0], StringComparison.Ordinal);
}
