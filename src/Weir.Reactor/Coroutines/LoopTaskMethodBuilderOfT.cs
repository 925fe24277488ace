using System.Runtime.CompilerServices;

namespace Weir.Reactor;

#pragma warning disable CA1000, CA1822, IDE0060 // The shape that the compiler asks of a builder.

/// <summary>
/// What the compiler drives an <c>async LoopTask&lt;T&gt;</c> method with. A method that never suspends costs no box;
/// one that does rents its box from the free list of its loop's thread. The constraint on the awaiters makes awaiting
/// anything but a coroutine or an awaitable of a loop an error of compilation.
/// </summary>
public struct LoopTaskMethodBuilder<TResult>
{
    private CoroutineBox<TResult>? _box;
    private TResult? _result;

    public readonly LoopTask<TResult> Task => _box is null ? new(_result!) : new(_box);

    internal readonly CoroutineBox<TResult>? Box => _box;

    public static LoopTaskMethodBuilder<TResult> Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // The state machine lives in its box from the first suspension on; there is nothing to connect.
    }

    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.Complete(result);
        }
    }

    public void SetException(Exception exception)
    {
        if (_box is null)
        {
            _box = new FailedBox<TResult>(exception);
        }
        else
        {
            _box.Fail(exception);
        }
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion, ILoopAwaiter
        where TStateMachine : IAsyncStateMachine => Suspend(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion, ILoopAwaiter
        where TStateMachine : IAsyncStateMachine => Suspend(ref awaiter, ref stateMachine);

    private void Suspend<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ILoopAwaiter
        where TStateMachine : IAsyncStateMachine
    {
        // The order matters: this builder is a field of the state machine, so the box must be in it before the copy.
        StateMachineBox<TStateMachine, TResult> box;
        if (_box is null)
        {
            box = StateMachineBox<TStateMachine, TResult>.Rent();
            _box = box;
            box.Capture(ref stateMachine);
        }
        else
        {
            box = Unsafe.As<StateMachineBox<TStateMachine, TResult>>(_box);
        }

        // Through the constraint, so that an awaiter that is a struct is never boxed, optimized code or not.
        awaiter.Register(box);
    }
}
