using System.Runtime.CompilerServices;

namespace Weir.Reactor;

#pragma warning disable CA1822 // The compiler calls these as instance members, whether or not they use the instance.

/// <summary>What the compiler drives an <c>async LoopTask</c> method with.</summary>
public struct LoopTaskMethodBuilder
{
    private LoopTaskMethodBuilder<Nothing> _builder;

    public readonly LoopTask Task => new(_builder.Box);

    public static LoopTaskMethodBuilder Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);

    public void SetResult() => _builder.SetResult(default);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion, ILoopAwaiter
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion, ILoopAwaiter
        where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}
