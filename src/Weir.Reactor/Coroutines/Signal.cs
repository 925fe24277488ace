using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>
/// Lets one coroutine wait until other code of the same loop says so. Setting it wakes the waiter through the loop's
/// ready queue, never inline, so the setter is not re-entered. Stays set until <see cref="Reset"/>.
/// </summary>
public sealed class Signal(Loop loop)
{
    private Continuation? _waiter;

    public bool IsSet { get; private set; }

    public void Set()
    {
        IsSet = true;
        if (_waiter is { } waiter)
        {
            _waiter = null;
            loop.Ready(waiter);
        }
    }

    public void Reset() => IsSet = false;

    public Awaiter GetAwaiter() => new(this);

    /// <summary>Waits for a <see cref="Signal"/>; one waiter at a time.</summary>
    public readonly struct Awaiter(Signal signal) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        public bool IsCompleted => signal.IsSet;

        public void GetResult()
        {
        }

        public void Register(Continuation continuation)
        {
            if (signal._waiter is not null)
            {
                throw new InvalidOperationException("a signal has two waiters");
            }

            signal._waiter = continuation;
        }

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }
}
