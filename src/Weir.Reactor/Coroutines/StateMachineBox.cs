using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>
/// The box of one async method. Each method has a free list of its own on each loop's thread, so renting one costs a
/// thread-local read and the list never needs more boxes than that method once had suspended at a time.
/// </summary>
internal sealed class StateMachineBox<TStateMachine, TResult> : CoroutineBox<TResult>
    where TStateMachine : IAsyncStateMachine
{
    [ThreadStatic]
    private static StateMachineBox<TStateMachine, TResult>? _free;

    private StateMachineBox<TStateMachine, TResult>? _nextFree;
    private TStateMachine? _stateMachine;
#if DEBUG || LOOP_CHECKS
    private readonly int _threadId = Environment.CurrentManagedThreadId;
#endif

    public static StateMachineBox<TStateMachine, TResult> Rent()
    {
        StateMachineBox<TStateMachine, TResult>? box = _free;
        if (box is null)
        {
            return new StateMachineBox<TStateMachine, TResult>();
        }

        _free = box._nextFree;
        box._nextFree = null;
        return box;
    }

    public void Capture(ref TStateMachine stateMachine) => _stateMachine = stateMachine;

    public override void Resume()
    {
#if DEBUG || LOOP_CHECKS
        LoopChecks.Resumed(_threadId);
#endif
        _stateMachine!.MoveNext();
    }

    private protected override void Release()
    {
        // Its references must not outlive it in the free list.
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TStateMachine>())
        {
            _stateMachine = default;
        }

        _nextFree = _free;
        _free = this;
    }
}
