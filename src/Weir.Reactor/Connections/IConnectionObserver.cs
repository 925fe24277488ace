namespace Weir.Reactor;

/// <summary>Is told what happens to a connection that nobody is reading from.</summary>
public interface IConnectionObserver
{
    /// <summary>
    /// A parked connection stirred: bytes, a FIN, a reset. Called before any other code of the turn runs; the
    /// observer takes it out of its pool and closes it, and wakes nothing inline.
    /// </summary>
    void OnParkedActivity(Connection connection);

    /// <summary>The peer closed or reset a connection that is in use but not being read at the moment.</summary>
    void OnHangup(Connection connection);
}
