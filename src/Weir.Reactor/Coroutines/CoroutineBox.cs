using System.Runtime.ExceptionServices;

namespace Weir.Reactor;

/// <summary>
/// The heap part of a suspended coroutine: its outcome and the one coroutine that awaits it. Owned by the
/// <see cref="LoopTask{T}"/> handed to the caller, and taken back into a free list of the loop's thread when that task
/// is awaited, so that a steady state allocates nothing. Must never be awaited twice: the token catches it.
/// </summary>
public abstract class CoroutineBox<TResult> : Continuation
{
    private Continuation? _awaiter;
    private Exception? _exception;
    private TResult? _result;
    private bool _completed;
    private bool _detached;

    internal short Token { get; private set; }

    internal bool IsCompleted(short token)
    {
        CheckToken(token);
        return _completed;
    }

    internal void Register(Continuation awaiter, short token)
    {
        CheckToken(token);
        if (_awaiter is not null)
        {
            throw new InvalidOperationException("a coroutine is awaited by two others");
        }

        _awaiter = awaiter;
    }

    /// <summary>Hands over the outcome and gives the box back; the task is spent from here on.</summary>
    internal TResult Consume(short token)
    {
        CheckToken(token);
        if (!_completed)
        {
            throw new InvalidOperationException("the result of a coroutine was taken before it ended");
        }

        TResult result = _result!;
        Exception? exception = _exception;
        Recycle();
        if (exception is not null)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        return result;
    }

    /// <summary>Nobody will await it: it gives itself back when it ends, and reports an exception to its loop.</summary>
    internal void Detach(short token)
    {
        CheckToken(token);
        if (_completed)
        {
            EndDetached();
        }
        else
        {
            _detached = true;
        }
    }

    internal void Complete(TResult result)
    {
        _result = result;
        End();
    }

    internal void Fail(Exception exception)
    {
        _exception = exception;
        End();
    }

    /// <summary>Clears the state machine and returns the box to its free list.</summary>
    private protected abstract void Release();

    // The awaiter is the caller of this coroutine, so resuming it inline is the return of a call: the depth of the
    // stack is the depth of the source's calls, whatever the number of awaits.
    private void End()
    {
        _completed = true;
        if (_awaiter is { } awaiter)
        {
            _awaiter = null;
            awaiter.Resume();
        }
        else if (_detached)
        {
            EndDetached();
        }
    }

    private void EndDetached()
    {
        Exception? exception = _exception;
        Recycle();
        if (exception is not null)
        {
            Loop.Current.ReportUnhandled(exception);
        }
    }

    private void Recycle()
    {
        _awaiter = null;
        _exception = null;
        _result = default;
        _completed = false;
        _detached = false;
        Token++;
        Release();
    }

    private void CheckToken(short token)
    {
        if (token != Token)
        {
            throw new InvalidOperationException("a coroutine was awaited after it had been given back");
        }
    }
}
