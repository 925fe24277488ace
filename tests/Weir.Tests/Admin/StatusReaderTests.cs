using System.Text.Json;
using Weir.Admin;
using Weir.Tests.Schemas;

namespace Weir.Tests.Admin;

public sealed class StatusReaderTests
{
    [Fact]
    public void Read_Node_NamesListenersWithTheirRealPorts()
    {
        using RunningNode node = RunningNode.WithOneTarget();

        StatusDocument status = StatusReader.Read(node.Status);

        StatusListener listener = Assert.Single(status.Listeners);
        Assert.Equal($"http://127.0.0.1:{node.Node.PortOf(listener.Arn)}", listener.Url);
        Assert.DoesNotContain(":0", listener.Url[^2..], StringComparison.Ordinal);
        Assert.Equal(["weir"], listener.TargetGroups);
    }

    [Fact]
    public void Read_Node_HasTheStateOfEachTarget()
    {
        using RunningNode node = RunningNode.WithOneTarget();

        StatusTarget target = StatusReader.Read(node.Status).TargetGroups.Single().Targets.Single();

        Assert.Equal(
            new StatusTarget(
                "127.0.0.1", "127.0.0.1:1", "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"),
            target);
    }

    [Fact]
    public void Json_Document_KeepsToTheSchema()
    {
        using RunningNode node = RunningNode.WithOneTarget();
        var schema = SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "status.schema.json"));
        string json = JsonSerializer.Serialize(StatusReader.Read(node.Status), StatusJson.Readable.StatusDocument);

        Assert.Empty(schema.ProblemsOf(JsonDocument.Parse(json).RootElement));
    }

    [Fact]
    public void Json_Document_ReadsBackAsItWas()
    {
        using RunningNode node = RunningNode.WithOneTarget();
        StatusDocument status = StatusReader.Read(node.Status);

        string json = JsonSerializer.Serialize(status, StatusJson.Default.StatusDocument);
        StatusDocument read = JsonSerializer.Deserialize(json, StatusJson.Default.StatusDocument)!;

        Assert.Contains("\"uptime_seconds\"", json, StringComparison.Ordinal);
        Assert.Equal(status.Counters, read.Counters);
        Assert.Equal(StatusTables.Write(status), StatusTables.Write(read));
    }
}
