using System.Globalization;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>The event loops of a node, each on a thread of its own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LoopThreads
{
    private static readonly TimeSpan _joinLimit = TimeSpan.FromSeconds(2);

    private readonly EpollLoop[] _loops;
    private readonly Thread[] _threads;

    public LoopThreads(int count)
    {
        _loops = [.. Enumerable.Range(0, count).Select(static _ => new EpollLoop())];
        _threads =
        [
            .. _loops.Select(static (loop, index) => new Thread(loop.Run)
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"loop {index}"),
                IsBackground = true,
            }),
        ];
    }

    public int Count => _loops.Length;

    public void AddTo(BalancerNode node)
    {
        foreach (EpollLoop loop in _loops)
        {
            node.AddLoop(loop);
        }
    }

    public void Start()
    {
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Ends the loops after their present turn.</summary>
    public void Stop()
    {
        foreach (EpollLoop loop in _loops)
        {
            loop.Stop();
        }

        for (int i = 0; i < _loops.Length; i++)
        {
            // One that does not end is left to the process's end, and so are its descriptors.
            if (_threads[i].Join(_joinLimit))
            {
                _loops[i].Dispose();
            }
        }
    }
}
