namespace Weir.Diagnosis.Causes;

/// <summary>Some thousand errors in the order in which they came, with what is of no fixed size beside them. Owned by its store.</summary>
internal sealed class ErrorChunk
{
    public const int Capacity = 4096;

    public ErrorCase[] Cases { get; } = new ErrorCase[Capacity];

    public string?[] TraceIds { get; } = new string?[Capacity];

    /// <summary>The bins of an error's lags, rising; null where they were not kept.</summary>
    public ushort[]?[] Lags { get; } = new ushort[]?[Capacity];

    public int Count { get; set; }

    public void Clear()
    {
        Array.Clear(TraceIds, 0, Count);
        Array.Clear(Lags, 0, Count);
        Count = 0;
    }
}
