namespace Weir.Reactor.Tests.Epoll;

/// <summary>Answers every connection with one byte and closes it; counts them.</summary>
internal sealed class OneByteServer : IAcceptTarget
{
    public int Accepted { get; private set; }

    /// <summary>Done after the next connection was accepted, from within the accept.</summary>
    public Action? AfterNext { get; set; }

    public void OnAccepted(Connection connection)
    {
        Accepted++;
        Assert.Equal(1, connection.Send("x"u8));
        connection.Close();
        Action? then = AfterNext;
        AfterNext = null;
        then?.Invoke();
    }

    public void OnAcceptPaused(int error) => throw new InvalidOperationException($"accept paused: {error}");
}
