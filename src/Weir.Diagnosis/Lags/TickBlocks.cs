namespace Weir.Diagnosis.Lags;

/// <summary>
/// Blocks of a cache line, 64 bytes: fourteen times each, and the blocks beside it in its queue. Thousands of queues wax and wane
/// with their traffic, and what one gives back the next takes: no garbage, and no more memory the longer a log is.
/// </summary>
internal sealed class TickBlocks(int maxBlocks)
{
    public const int TicksPerBlock = 14;
    public const int None = -1;

    private const int WordsPerBlock = 16;
    private const int OlderWord = 14, NewerWord = 15;

    // 64 KiB each: below what the collector calls large.
    private const int BlocksPerSlab = 1024;

    private readonly List<uint[]> _slabs = [];
    private int _used;
    private int _free = None;

    /// <summary>Whether more than was asked to be the most would be taken; it is given all the same.</summary>
    public bool IsFull => _free == None && _used >= maxBlocks;

    /// <summary>A block whose neighbours and times are anything.</summary>
    public int Take()
    {
        if (_free != None)
        {
            int taken = _free;
            _free = Older(taken);
            return taken;
        }

        if (_used == _slabs.Count * BlocksPerSlab)
        {
            _slabs.Add(new uint[BlocksPerSlab * WordsPerBlock]);
        }

        return _used++;
    }

    public void GiveBack(int block)
    {
        Word(block, OlderWord) = (uint)_free;
        _free = block;
    }

    public Span<uint> TicksOf(int block) => _slabs[block / BlocksPerSlab].AsSpan(block % BlocksPerSlab * WordsPerBlock, TicksPerBlock);

    public int Older(int block) => (int)Word(block, OlderWord);

    public int Newer(int block) => (int)Word(block, NewerWord);

    /// <summary>Puts <paramref name="newer"/> at the end of a queue that <paramref name="older"/> ended, or that was empty.</summary>
    public void Link(int older, int newer)
    {
        Word(newer, OlderWord) = (uint)older;
        Word(newer, NewerWord) = unchecked((uint)None);
        if (older != None)
        {
            Word(older, NewerWord) = (uint)newer;
        }
    }

    /// <summary>There is nothing older in this one's queue now.</summary>
    public void EndAt(int block) => Word(block, OlderWord) = unchecked((uint)None);

    private ref uint Word(int block, int word) => ref _slabs[block / BlocksPerSlab][(block % BlocksPerSlab * WordsPerBlock) + word];
}
