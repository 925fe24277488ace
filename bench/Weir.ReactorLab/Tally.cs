namespace Weir.ReactorLab;

/// <summary>What one loop's thread has seen; nothing here is shared between threads while they run.</summary>
internal sealed class Tally
{
    private nuint _top;

    public long Exchanges { get; set; }

    public long WrongOwner { get; set; }

    public long Aborts { get; set; }

    public long Timeouts { get; set; }

    public long EarlyAnswers { get; set; }

    public long DeepestStackBytes { get; private set; }

    /// <summary>Called once where the loop's thread starts: depth is counted from here.</summary>
    public unsafe void NoteTop()
    {
        byte here;
        _top = (nuint)(&here);
    }

    /// <summary>Called in the innermost coroutines.</summary>
    public unsafe void NoteDepth()
    {
        byte here;
        long depth = (long)(_top - (nuint)(&here));
        DeepestStackBytes = Math.Max(DeepestStackBytes, depth);
    }
}
