using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>
/// A coroutine of an event loop without a result. Started at once, it is awaited exactly once by the coroutine that
/// called it (or handed to <see cref="Loop.Start"/>), on the same loop. Unlike a Task it has no thread pool, no
/// synchronization context and, in the steady state, no allocation.
/// </summary>
[AsyncMethodBuilder(typeof(LoopTaskMethodBuilder))]
public readonly struct LoopTask
{
    private readonly CoroutineBox<Nothing>? _box;
    private readonly short _token;

    internal LoopTask(CoroutineBox<Nothing>? box)
    {
        _box = box;
        _token = box?.Token ?? 0;
    }

    /// <summary>A coroutine that has ended already.</summary>
    public static LoopTask Completed => default;

    /// <summary>Whether it has ended. Only before it was awaited.</summary>
    public bool IsCompleted => _box is null || _box.IsCompleted(_token);

    public Awaiter GetAwaiter() => new(this);

    internal void Detach() => _box?.Detach(_token);

    /// <summary>Awaits a <see cref="LoopTask"/> from another coroutine of the same loop.</summary>
    public readonly struct Awaiter(LoopTask task) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        private readonly LoopTask _task = task;

        public bool IsCompleted => _task.IsCompleted;

        public void GetResult() => _task._box?.Consume(_task._token);

        public void Register(Continuation continuation) => _task._box!.Register(continuation, _task._token);

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }
}
