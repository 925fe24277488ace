namespace Weir.Diagnosis.Tests;

/// <summary>A target of which only the first lines of the log come out: the rest waits in its buffer.</summary>
internal sealed class BufferingServer : TargetServer
{
    private readonly BuiltInServer _server;

    private BufferingServer(BuiltInServer server) => _server = server;

    public static BufferingServer Start(TimeSpan idleLimit, string shownLine)
    {
        BuiltInServer server = BuiltInServer.Start(idleLimit, idleLimit, RaceScenario.Closed);
        var log = new TargetLog();
        log.Add(shownLine);
        return new BufferingServer(server) { EndPoint = server.EndPoint, Log = log };
    }

    public override void Dispose() => _server.Dispose();
}
