using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>Suspends a coroutine until everything that is ready before it has run.</summary>
public readonly struct YieldAwaitable(Loop loop)
{
    public Awaiter GetAwaiter() => new(loop);

    /// <summary>Goes to the end of the loop's ready queue.</summary>
    public readonly struct Awaiter(Loop loop) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        public bool IsCompleted => false;

        public void GetResult()
        {
        }

        public void Register(Continuation continuation) => loop.Ready(continuation);

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }
}
