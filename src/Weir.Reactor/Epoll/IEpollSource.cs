namespace Weir.Reactor;

/// <summary>Something registered with an epoll loop: a connection, a listener, the wake-up descriptor.</summary>
internal interface IEpollSource
{
    /// <summary>First step of a turn: takes note of the event bits. Runs no other code.</summary>
    void Apply(uint bits);

    /// <summary>Second step of a turn: acts on them.</summary>
    void Dispatch();
}
