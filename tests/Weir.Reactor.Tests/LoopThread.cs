using System.Collections.Concurrent;

namespace Weir.Reactor.Tests;

/// <summary>
/// A real loop on a thread of its own, for one test: runs the test's coroutines on it and waits for them with a bound.
/// Disposing it fails when the loop does not stop, or when it reported an exception that the test did not take.
/// </summary>
internal sealed class LoopThread : IDisposable
{
    /// <summary>How long any one step of a test may take before it counts as hung.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Exception> _unhandled = new();
    private readonly Thread _thread;

    public LoopThread(ulong seed = 1)
    {
        Loop = new EpollLoop(new LoopRandom(seed)) { UnhandledException = _unhandled.Enqueue };
        _thread = new Thread(Loop.Run) { IsBackground = true, Name = "loop under test" };
        _thread.Start();
    }

    public EpollLoop Loop { get; }

    /// <summary>Runs a coroutine on the loop and waits for its result.</summary>
    public T Run<T>(Func<EpollLoop, LoopTask<T>> body) => Wait(Begin(body));

    public void Run(Func<EpollLoop, LoopTask> body) => Wait(Begin(body));

    /// <summary>Starts a coroutine on the loop, for a test that acts meanwhile.</summary>
    public Task<T> Begin<T>(Func<EpollLoop, LoopTask<T>> body)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() => Reactor.Loop.Start(Drive(body, done)));
        return done.Task;
    }

    public Task Begin(Func<EpollLoop, LoopTask> body) =>
        Begin(async loop =>
        {
            await body(loop);
            return true;
        });

    /// <summary>Runs plain code on the loop's thread and waits for its result.</summary>
    public T Call<T>(Func<EpollLoop, T> body) => Run(loop => new LoopTask<T>(body(loop)));

    public void Call(Action<EpollLoop> body) =>
        Call(loop =>
        {
            body(loop);
            return true;
        });

    public static T Wait<T>(Task<T> task) => task.WaitAsync(Bound).GetAwaiter().GetResult();

    public static void Wait(Task task) => task.WaitAsync(Bound).GetAwaiter().GetResult();

    /// <summary>The exceptions reported so far; a test that expects some takes them.</summary>
    public IReadOnlyList<Exception> TakeUnhandled()
    {
        var taken = new List<Exception>();
        while (_unhandled.TryDequeue(out Exception? exception))
        {
            taken.Add(exception);
        }

        return taken;
    }

    public void Dispose()
    {
        Loop.Stop();
        Assert.True(_thread.Join(Bound), "the loop does not stop");
        Loop.Dispose();
        Assert.Empty(TakeUnhandled());
    }

    private async LoopTask Drive<T>(Func<EpollLoop, LoopTask<T>> body, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(await body(Loop));
        }
#pragma warning disable CA1031 // The test's thread throws it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            done.SetException(exception);
        }
    }
}
