namespace Weir.Reactor;

/// <summary>
/// A connection that lives on top of another one of the same loop and takes that one's place in its turns.
/// </summary>
internal interface IConnectionLayer
{
    /// <summary>
    /// First step of a turn: events were applied to the connection below. <paramref name="stirs"/>: more than room to send.
    /// </summary>
    void OnApplied(bool stirs);

    /// <summary>Second step of a turn: resumes the waiters.</summary>
    void OnDispatch();
}
