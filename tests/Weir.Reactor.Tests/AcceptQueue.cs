namespace Weir.Reactor.Tests;

/// <summary>Keeps accepted connections for the test's coroutine that takes them. On the loop only.</summary>
internal sealed class AcceptQueue(Loop loop) : IAcceptTarget
{
    private readonly Queue<Connection> _accepted = new();
    private readonly Signal _arrived = new(loop);

    public int Pauses { get; private set; }

    public int PauseError { get; private set; }

    public void OnAccepted(Connection connection)
    {
        _accepted.Enqueue(connection);
        _arrived.Set();
    }

    public void OnAcceptPaused(int error)
    {
        Pauses++;
        PauseError = error;
    }

    public async LoopTask<Connection> Take()
    {
        while (_accepted.Count == 0)
        {
            _arrived.Reset();
            await _arrived;
        }

        return _accepted.Dequeue();
    }
}
