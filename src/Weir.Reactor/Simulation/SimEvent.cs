namespace Weir.Reactor;

/// <summary>One entry of the event queue; what the numbers mean depends on the kind.</summary>
internal readonly record struct SimEvent(
    SimEventKind Kind, object Target, long First = 0, long Second = 0, SimSegment? Segment = null);
