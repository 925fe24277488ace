using System.Text;
using Weir.LogGenerator.Output;
using Weir.LogGenerator.Scenarios;

namespace Weir.LogGenerator.Tests.Output;

public sealed class LayoutTests
{
    private static readonly Lazy<GeneratedLog> _log = new(() => Mixture.Generate(2, new GenerationOptions { Requests = 2_000 }));

    public static TheoryData<LogLayout> Layouts() => [.. Enum.GetValues<LogLayout>()];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Lines_AnyLayout_HaveItsNumberOfFields(LogLayout layout) => Assert.All(_log.Value.Lines(layout), line =>
    {
        var parts = new LogLine(line);
        Assert.Equal((int)layout, parts.Count);
        Assert.Equal("", parts.Rest);
    });

    [Fact]
    public void ToUtf8_Any_IsTheLinesWithLineFeeds() =>
        Assert.Equal(string.Concat(_log.Value.Lines().Select(line => line + "\n")), Encoding.ASCII.GetString(_log.Value.ToUtf8()));

    [Fact]
    public void Stream_SomeLines_HaveAllFieldsAndManyTargets()
    {
        using var memory = new MemoryStream();

        new LogStream(targets: 1000, urls: 1_000_000, seed: 1).Write(memory, 5_000);

        LogLine[] lines = [.. Encoding.ASCII.GetString(memory.ToArray()).TrimEnd('\n').Split('\n').Select(line => new LogLine(line))];
        Assert.Equal(5_000, lines.Length);
        Assert.All(lines, line => Assert.Equal(36, line.Count));
        Assert.True(lines.DistinctBy(line => line.Target).Count() > 900);
        Assert.Contains(lines, line => line.IsBalancerError);
    }

    [Theory]
    [InlineData(TargetLogFormat.Nginx)]
    [InlineData(TargetLogFormat.JsonWithTrace)]
    public void TargetLogs_WithTraceIds_HaveEveryRequestThatTheTargetAnswered(TargetLogFormat format)
    {
        string logged = string.Join('\n', _log.Value.TargetLogs(format).SelectMany(target => target.Lines));

        LogLine[] answered = [.. _log.Value.Lines().Select(line => new LogLine(line)).Where(line => line.TargetStatus != "-" && line.Target != "-")];
        Assert.NotEmpty(answered);
        HashSet<string> traces = [.. answered.Select(line => line.Trace)];
        Assert.Equal(traces.Count, logged.Split('"').Where(traces.Contains).Distinct().Count());
    }
}
