namespace Weir.Reactor;

/// <summary>Carries the exception of a coroutine that threw before it first suspended. A bug's path: not pooled.</summary>
internal sealed class FailedBox<TResult> : CoroutineBox<TResult>
{
    public FailedBox(Exception exception) => Fail(exception);

    public override void Resume() => throw new InvalidOperationException("a failed coroutine cannot be resumed");

    private protected override void Release()
    {
    }
}
