namespace Weir.Reactor;

/// <summary>Is given the connections that a <see cref="Listener"/> accepts, on the listener's loop.</summary>
public interface IAcceptTarget
{
    void OnAccepted(Connection connection);

    /// <summary>The listener pauses: the system has no descriptor (or memory) for another connection.</summary>
    void OnAcceptPaused(int error);
}
