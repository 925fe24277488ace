using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>A coroutine of an event loop with a result; the rules of <see cref="LoopTask"/> hold.</summary>
[AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
public readonly struct LoopTask<TResult>
{
    private readonly CoroutineBox<TResult>? _box;
    private readonly TResult? _result;
    private readonly short _token;

    /// <summary>A coroutine that has ended already, with this result.</summary>
    public LoopTask(TResult result)
    {
        _box = null;
        _result = result;
        _token = 0;
    }

    internal LoopTask(CoroutineBox<TResult> box)
    {
        _box = box;
        _result = default;
        _token = box.Token;
    }

    /// <summary>Whether it has ended. Only before it was awaited.</summary>
    public bool IsCompleted => _box is null || _box.IsCompleted(_token);

    public Awaiter GetAwaiter() => new(this);

    /// <summary>Awaits a <see cref="LoopTask{TResult}"/> from another coroutine of the same loop.</summary>
    public readonly struct Awaiter(LoopTask<TResult> task) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        private readonly LoopTask<TResult> _task = task;

        public bool IsCompleted => _task.IsCompleted;

        public TResult GetResult() => _task._box is null ? _task._result! : _task._box.Consume(_task._token);

        public void Register(Continuation continuation) => _task._box!.Register(continuation, _task._token);

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }
}
