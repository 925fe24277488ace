namespace Weir.Reactor;

/// <summary>
/// Encrypted bytes that the kernel has not taken, with the plain ones in them: what the next send says is sent, and how much of it the
/// peer can read before that. Owned by a connection, which gives them up when it closes.
/// </summary>
internal struct UnsentRecords(BufferPool pool)
{
    private HeldBytes _held = new(pool);

    // Of the first record: what is not out of it, and the plain bytes in it.
    private int _firstBytes;
    private int _firstPlainBytes;
    private int _plainBytes;
    private int _readablePlainBytes;

    public readonly bool Any => _held.Any;

    public readonly ReadOnlySpan<byte> Bytes => _held.Bytes;

    /// <summary>There are plain bytes in them, or were, of which no send has said that they are sent.</summary>
    public readonly bool HasPlain => _plainBytes > 0;

    /// <summary>Bytes of TLS's own.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _held.Append(bytes);

    /// <summary>Records of which the first <paramref name="taken"/> bytes are out. Returns the plain bytes in those that are out whole.</summary>
    /// <param name="records">All bytes of the records.</param>
    /// <param name="taken">So many of them were taken.</param>
    /// <param name="ends">Where each record ends.</param>
    /// <param name="plainBytes">How many plain bytes are in each.</param>
    public int AppendRest(ReadOnlySpan<byte> records, int taken, ReadOnlySpan<int> ends, ReadOnlySpan<int> plainBytes)
    {
        int outBytes = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i] <= taken)
            {
                outBytes += plainBytes[i];
                continue;
            }

            if (_plainBytes == 0)
            {
                (_firstBytes, _firstPlainBytes) = (ends[i] - taken, plainBytes[i]);
            }

            _plainBytes += plainBytes[i];
        }

        if (taken < records.Length)
        {
            _held.Append(records[taken..]);
        }

        return outBytes;
    }

    /// <summary>So many bytes are out by now. Returns how many plain bytes more the peer can read.</summary>
    public int Consume(int bytes)
    {
        _held.Consume(bytes);
        _firstBytes -= bytes;
        int readable = !_held.Any ? _plainBytes : _plainBytes > 0 && _firstBytes <= 0 ? _firstPlainBytes : 0;
        int more = readable - _readablePlainBytes;
        _readablePlainBytes = readable;
        return more;
    }

    /// <summary>A send says that they are sent, now that they are out. Returns how many plain bytes were in them.</summary>
    public int TakePlain()
    {
        int bytes = _plainBytes;
        _plainBytes = _readablePlainBytes = 0;
        return bytes;
    }

    /// <summary>They will never be out.</summary>
    public void GiveUp()
    {
        _held.Release();
        TakePlain();
    }
}
