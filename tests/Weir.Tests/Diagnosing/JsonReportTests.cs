using System.Text.Json;
using Weir.Diagnosing;

namespace Weir.Tests.Diagnosing;

public sealed class JsonReportTests
{
    [Fact]
    public void Write_AFinding_SaysWhenItsErrorsCame()
    {
        using var output = new MemoryStream();
        JsonReport.Write(SampleReports.Race, output);
        using JsonDocument json = JsonDocument.Parse(output.ToArray());

        JsonElement finding = json.RootElement.GetProperty("findings")[0];
        Assert.Equal("2026-11-21T01:00:00.000000Z", finding.GetProperty("first").GetString());
        Assert.Equal("2026-11-23T22:00:00.000000Z", finding.GetProperty("last").GetString());
    }
}
