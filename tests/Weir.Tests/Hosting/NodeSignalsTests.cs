using Weir.Hosting;

namespace Weir.Tests.Hosting;

public sealed class NodeSignalsTests
{
    private readonly List<string> _events = [];

    [Fact]
    public void Stop_WhileTheNodeStarts_EndsTheProcessAtOnce()
    {
        using NodeSignals signals = Create();

        signals.Stop("SIGTERM", ExitCode.Terminated);

        Assert.Equal(["exit Terminated"], _events);
    }

    [Fact]
    public void Stop_WhileTheNodeRuns_IsForTheControlThread()
    {
        using NodeSignals signals = Create();
        signals.NodeRuns();

        signals.Stop("SIGINT", ExitCode.Interrupted);

        Assert.Equal(["posted", "stop SIGINT"], _events);
    }

    private NodeSignals Create() => new(
        work =>
        {
            _events.Add("posted");
            work();
        },
        signal => _events.Add($"stop {signal}"),
        static () => { },
        static () => { },
        code => _events.Add($"exit {code}"));
}
