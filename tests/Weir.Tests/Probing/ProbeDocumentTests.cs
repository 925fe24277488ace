using System.Text.Json;
using Weir.Diagnosis.Probing;
using Weir.Probing;
using Weir.Tests.Schemas;

namespace Weir.Tests.Probing;

public sealed class ProbeDocumentTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "probe.schema.json"));

    private static JsonElement Written(ProbeReport report) =>
        JsonDocument.Parse(JsonSerializer.Serialize(ProbeDocument.Of(report), ProbeJson.Readable.ProbeDocument)).RootElement;

    [Fact]
    public void Document_OfAProbe_KeepsToTheSchema()
    {
        Assert.Empty(_schema.ProblemsOf(Written(ProbeReports.Unsafe)));
        Assert.Empty(_schema.ProblemsOf(Written(ProbeReports.LoadBalancer)));
    }

    [Fact]
    public void Document_OfAnUnsafeTarget_HasWhatProgramsAskFor()
    {
        JsonElement document = Written(ProbeReports.Unsafe);

        Assert.Equal("not_safe", document.GetProperty("outcome").GetString());
        Assert.Equal("closes_earlier", document.GetProperty("reason").GetString());
        Assert.Equal(-53.999, document.GetProperty("margin_seconds").GetDouble(), 3);
        Assert.Equal(6.004, document.GetProperty("idle").GetProperty("median_seconds").GetDouble(), 3);
        Assert.Equal("node", document.GetProperty("server").GetProperty("key").GetString());
    }

    [Fact]
    public void Names_OfEveryMember_AreInTheSchema()
    {
        JsonElement rules = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "probe.schema.json"))).RootElement;

        AssertAll<ProbeOutcome>("outcome");
        AssertAll<ProbeReason>("reason");

        void AssertAll<T>(string property) where T : struct, Enum => Assert.Equal(
            Enum.GetValues<T>().Select(ProbeDocument.Name),
            rules.GetProperty("properties").GetProperty(property).GetProperty("enum").EnumerateArray().Select(static name => name.GetString()));
    }
}
