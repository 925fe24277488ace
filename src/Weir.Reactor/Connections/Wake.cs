namespace Weir.Reactor;

/// <summary>Why a wait on a connection is over.</summary>
public enum Wake
{
    /// <summary>The operation would not block now: there is data, an end, an error or room.</summary>
    Ready,

    /// <summary>Other code of the loop asked the waiter to look at what it knows (a deadline, the other side's end).</summary>
    Interrupted,
}
