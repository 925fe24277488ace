using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>
/// Encrypted bytes that the kernel has not taken, and the records of data in them: what the next send says is sent, and how much of it
/// the peer can read before that. Owned by a connection, which gives them up when it closes.
/// </summary>
internal struct UnsentRecords(BufferPool pool)
{
    private HeldBytes _held = new(pool);

    // Of one send, those that were not out when it ended.
    private Records _records;
    private int _count;
    private int _outCount;
    private int _outBytes;

    public readonly bool Any => _held.Any;

    public readonly ReadOnlySpan<byte> Bytes => _held.Bytes;

    /// <summary>There are records of data of which no send has said that they are sent, though all may be out by now.</summary>
    public readonly bool HasData => _count > 0;

    /// <summary>Bytes of TLS's own.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _held.Append(bytes);

    /// <summary>What the kernel has left of the records of one send. Returns the plain bytes in those that are out.</summary>
    /// <param name="records">All bytes of the records.</param>
    /// <param name="taken">So many of them were taken.</param>
    /// <param name="ends">Where each record ends; at most <see cref="TlsWorkspace.RecordsPerSend"/>.</param>
    /// <param name="plainBytes">How many plain bytes are in each.</param>
    public int AppendRest(ReadOnlySpan<byte> records, int taken, ReadOnlySpan<int> ends, ReadOnlySpan<int> plainBytes)
    {
        Debug.Assert(!Any && !HasData, "the records of the last send are out");
        (_outCount, _outBytes) = (0, taken);
        int plainOut = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i] <= taken)
            {
                plainOut += plainBytes[i];
            }
            else
            {
                _records[_count++] = (ends[i], plainBytes[i]);
            }
        }

        if (taken < records.Length)
        {
            _held.Append(records[taken..]);
        }

        return plainOut;
    }

    /// <summary>So many bytes more are out. Returns how many plain bytes more the peer can read: it can read no record in part.</summary>
    public int Consume(int bytes)
    {
        _held.Consume(bytes);
        _outBytes += bytes;
        int more = 0;
        for (; _outCount < _count && _records[_outCount].End <= _outBytes; _outCount++)
        {
            more += _records[_outCount].PlainBytes;
        }

        return more;
    }

    /// <summary>A send says that they are sent, now that they are out. Returns how many plain bytes were in them.</summary>
    public int TakeData()
    {
        int bytes = 0;
        for (; _count > 0; _count--)
        {
            bytes += _records[_count - 1].PlainBytes;
        }

        return bytes;
    }

    /// <summary>They will never be out.</summary>
    public void GiveUp()
    {
        _held.Release();
        _count = 0;
    }

    [InlineArray(TlsWorkspace.RecordsPerSend)]
    private struct Records
    {
        private (int End, int PlainBytes) _first;
    }
}
