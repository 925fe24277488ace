namespace Weir.Reactor;

/// <summary>Owns one or more <see cref="LoopTimer"/>s and is told, from the top of its loop, when one is due.</summary>
public interface ITimerTarget
{
    void OnTimer(LoopTimer timer);
}
