using System.Collections.Concurrent;

namespace Weir.Hosting;

/// <summary>
/// The one thread that changes a running node: signals, timers and the loops post work to it, and it does one piece after
/// another. It must never wait for a client, a target or a name server.
/// </summary>
internal sealed class ControlThread
{
    // Work comes from signals, timers and reports; more than this waiting means that standard error is blocked.
    private const int MaxWaiting = 1_000;

    private readonly BlockingCollection<Action> _work = [];
    private bool _stopped;

    /// <summary>From any thread; never blocks.</summary>
    public void Post(Action work) => _work.Add(work);

    /// <summary>As <see cref="Post"/>, for work that may be lost when too much is waiting.</summary>
    public void PostIfRoom(Action work)
    {
        if (_work.Count < MaxWaiting)
        {
            _work.Add(work);
        }
    }

    /// <summary>Works on the calling thread until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!_stopped)
        {
            _work.Take()();
        }
    }

    /// <summary>Ends <see cref="Run"/>; what is still waiting is not done. On the control thread.</summary>
    public void Stop() => _stopped = true;
}
