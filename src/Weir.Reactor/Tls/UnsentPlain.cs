namespace Weir.Reactor;

/// <summary>
/// Plain bytes in records that the kernel took in part: what the next send says is sent, and how much of it the peer can read before
/// that. Owned by a connection; pure arithmetic.
/// </summary>
internal struct UnsentPlain
{
    // Of the first record: what is not out of it, and the plain bytes in it.
    private int _firstBytes;
    private int _firstPlainBytes;
    private int _flushedBytes;

    /// <summary>All of them.</summary>
    public int Bytes { get; private set; }

    /// <summary>A record of which so many bytes are not out.</summary>
    public void Add(int recordBytes, int plainBytes)
    {
        if (Bytes == 0)
        {
            (_firstBytes, _firstPlainBytes) = (recordBytes, plainBytes);
        }

        Bytes += plainBytes;
    }

    /// <summary>So many bytes of records went out. Returns how many plain bytes more the peer can read.</summary>
    public int Flush(int recordBytes, bool isAll)
    {
        _firstBytes -= recordBytes;
        int flushedBytes = isAll ? Bytes : Bytes > 0 && _firstBytes <= 0 ? _firstPlainBytes : 0;
        int more = flushedBytes - _flushedBytes;
        _flushedBytes = flushedBytes;
        return more;
    }

    /// <summary>All records are out, or never will be. Returns how many plain bytes were in them.</summary>
    public int Take()
    {
        int bytes = Bytes;
        Bytes = _flushedBytes = 0;
        return bytes;
    }
}
