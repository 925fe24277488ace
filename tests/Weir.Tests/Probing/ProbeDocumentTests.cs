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
        Assert.Empty(_schema.ProblemsOf(Written(ProbeReports.Http2)));
    }

    [Fact]
    public void Document_OverHttp2_HasWhatWasAnnouncedAndSaid()
    {
        JsonElement document = Written(ProbeReports.Http2);

        Assert.Equal(100, document.GetProperty("http2").GetProperty("max_concurrent_streams").GetInt32());
        Assert.Equal(32_768, document.GetProperty("http2").GetProperty("max_header_list_bytes").GetInt32());
        JsonElement idle = document.GetProperty("idle");
        Assert.Equal((3, "NO_ERROR", true), (idle.GetProperty("go_aways").GetInt32(), idle.GetProperty("go_away_code").GetString(), idle.GetProperty("close_notify").GetBoolean()));
        Assert.Equal(0.0032, idle.GetProperty("connections")[0].GetProperty("go_away_ahead_seconds").GetDouble());
        Assert.Equal("NO_ERROR", document.GetProperty("silent").GetProperty("go_away").GetString());
        Assert.False(Assert.Single(document.GetProperty("requests").EnumerateArray()).GetProperty("asked_for_keep_alive").GetBoolean());
        Assert.Equal(JsonValueKind.Null, Written(ProbeReports.Unsafe).GetProperty("http2").ValueKind);
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
