namespace Weir.Reactor;

/// <summary>The result of a coroutine that has none: lets one box serve both kinds of task.</summary>
public readonly struct Nothing;
