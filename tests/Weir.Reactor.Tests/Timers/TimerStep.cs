namespace Weir.Reactor.Tests.Timers;

/// <summary>One step of a property test: what is done, with which timer, and by how many milliseconds.</summary>
internal readonly record struct TimerStep(TimerStepKind Kind, int Timer, long Ms);
