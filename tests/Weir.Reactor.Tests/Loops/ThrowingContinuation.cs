namespace Weir.Reactor.Tests.Loops;

internal sealed class ThrowingContinuation : Continuation
{
    public override void Resume() => throw new FormatException("a bug in a continuation");
}
