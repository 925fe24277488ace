namespace Weir.Reactor.Tests.Timers;

internal enum TimerStepKind
{
    Set,
    Clear,
    Advance,

    /// <summary>A set or clear that is done by the target of the next timer that fires.</summary>
    WhileFiring,
}
