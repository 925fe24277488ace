namespace Weir.Reactor;

/// <summary>
/// Something a loop can resume: a suspended coroutine, or a posted piece of work. Owned by the loop on whose thread it
/// was made; never resumed from another thread.
/// </summary>
public abstract class Continuation
{
    /// <summary>Runs it until it next suspends or ends. Called by its loop only, and only once per wake-up.</summary>
    public abstract void Resume();
}
