namespace Weir.Reactor.Tests.Epoll;

internal sealed class StressServer(StressTests stress) : IAcceptTarget
{
    public void OnAccepted(Connection connection) => Loop.Start(stress.Serve(connection));

    public void OnAcceptPaused(int error) => throw new InvalidOperationException($"accept paused: {error}");
}
