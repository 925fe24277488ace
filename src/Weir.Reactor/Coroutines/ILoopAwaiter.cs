namespace Weir.Reactor;

/// <summary>
/// The awaiters that a <see cref="LoopTask"/> method may await. Anything else (a Task, a ValueTask) does not
/// compile, because its completion could resume the coroutine on another thread.
/// </summary>
public interface ILoopAwaiter
{
    /// <summary>Registers the one coroutine to be resumed when the awaited thing has happened.</summary>
    void Register(Continuation continuation);
}
