namespace Weir.Reactor;

/// <summary>Something a simulated loop polls: a connection or a listener.</summary>
internal interface ISimSource
{
    /// <summary>It waits for its loop's next turn. Kept by the loop, so that it waits there once.</summary>
    bool IsQueued { get; set; }

    /// <summary>First step of a turn: takes note of the socket's state. Runs no other code.</summary>
    void Apply();

    /// <summary>Second step of a turn: acts on it.</summary>
    void Dispatch();
}
