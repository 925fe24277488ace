namespace Weir.Reactor.Tests.Epoll;

/// <summary>Closes a connection when its time is over, as an idle timeout does.</summary>
internal sealed class StressDeadline : ITimerTarget
{
    private readonly Connection _connection;
    private readonly LoopTimer _timer;

    public StressDeadline(Connection connection)
    {
        _connection = connection;
        _timer = new LoopTimer(connection.Loop, this);
    }

    public void Set(int ms) => _timer.Set(_connection.Loop.NowMs + ms);

    public void Clear() => _timer.Clear();

    public void OnTimer(LoopTimer timer) => _connection.Close();
}
