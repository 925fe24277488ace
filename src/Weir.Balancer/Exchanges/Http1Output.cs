using System.Diagnostics;
using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Sends heads and bodies on one HTTP/1.1 connection. What the kernel takes at once costs no coroutine and no buffer;
/// only the rest of a send that would block is kept. Owned by the client or target stream of the connection.
/// </summary>
internal sealed class Http1Output(Connection connection)
{
    // A small body is copied behind its head; a larger one gets the head copied in front of it.
    private const int CopiedBodyBytes = 4 * 1024;

    // A message was given up in its midst: nothing that follows would be understood.
    private bool _isBroken;

    /// <summary>Body framing of the message being sent.</summary>
    public BodyKind Framing { get; set; }

    /// <summary>
    /// Sends a head composed in <paramref name="scratch"/> with the first piece of its body, in one system call
    /// wherever that can be. The scratch is larger than any head and any piece together.
    /// </summary>
    public LoopTask<StreamStatus> SendHead(byte[] scratch, int headBytes, BodyChunk first)
    {
        if (first.Count == 0)
        {
            headBytes += AppendEnd(scratch, headBytes, first);
            return Send(scratch, 0, headBytes, mustKeep: true);
        }

        if (Framing == BodyKind.Chunked)
        {
            bool written = ChunkedWriter.TryWriteHead(first.Count, scratch.AsSpan(headBytes), out int sizeBytes);
            Debug.Assert(written, "the scratch has room for a chunk size");
            headBytes += sizeBytes;
        }

        int tailBytes = Framing == BodyKind.Chunked ? (first.IsLast ? 7 : 2) : 0;
        if (first.Count <= CopiedBodyBytes || first.RoomBefore < headBytes || first.RoomAfter < tailBytes)
        {
            first.Span.CopyTo(scratch.AsSpan(headBytes));
            int total = headBytes + first.Count;
            total += AppendTail(scratch, total, first);
            return Send(scratch, 0, total, mustKeep: true);
        }

        scratch.AsSpan(0, headBytes).CopyTo(first.Buffer.AsSpan(first.Offset - headBytes));
        AppendTail(first.Buffer, first.Offset + first.Count, first);
        return Send(first.Buffer, first.Offset - headBytes, headBytes + first.Count + tailBytes, mustKeep: false);
    }

    /// <summary>Sends a further piece of the body, with its framing around it.</summary>
    public LoopTask<StreamStatus> SendBody(BodyChunk chunk, byte[] scratch)
    {
        if (Framing != BodyKind.Chunked)
        {
            return chunk.Count == 0
                ? new LoopTask<StreamStatus>(StreamStatus.Done)
                : Send(chunk.Buffer, chunk.Offset, chunk.Count, mustKeep: false);
        }

        if (chunk.Count == 0)
        {
            int endBytes = AppendEnd(scratch, 0, chunk);
            return endBytes == 0 ? new LoopTask<StreamStatus>(StreamStatus.Done) : Send(scratch, 0, endBytes, mustKeep: true);
        }

        bool written = ChunkedWriter.TryWriteHead(chunk.Count, scratch, out int sizeBytes);
        Debug.Assert(written, "the scratch has room for a chunk size");
        int tailBytes = chunk.IsLast ? 7 : 2;
        if (chunk.RoomBefore < sizeBytes || chunk.RoomAfter < tailBytes)
        {
            chunk.Span.CopyTo(scratch.AsSpan(sizeBytes));
            int total = sizeBytes + chunk.Count;
            total += AppendTail(scratch, total, chunk);
            return Send(scratch, 0, total, mustKeep: true);
        }

        scratch.AsSpan(0, sizeBytes).CopyTo(chunk.Buffer.AsSpan(chunk.Offset - sizeBytes));
        AppendTail(chunk.Buffer, chunk.Offset + chunk.Count, chunk);
        return Send(chunk.Buffer, chunk.Offset - sizeBytes, sizeBytes + chunk.Count + tailBytes, mustKeep: false);
    }

    /// <summary>Sends bytes of the scratch.</summary>
    public LoopTask<StreamStatus> SendScratch(byte[] scratch, int count) => Send(scratch, 0, count, mustKeep: true);

    /// <summary>
    /// Nothing more will be sent. Returns when the kernel has all, or whoever waits is woken: a close_notify may find no room, and a
    /// close would lose it.
    /// </summary>
    public async LoopTask End()
    {
        connection.ShutdownSend();
        if (connection.HoldsUnsent)
        {
            await connection.WhenWritable();
        }
    }

    private LoopTask<StreamStatus> Send(byte[] buffer, int offset, int count, bool mustKeep)
    {
        int n = _isBroken ? Connection.SendFailed : connection.Send(buffer.AsSpan(offset, count));
        if (n == count)
        {
            return new LoopTask<StreamStatus>(StreamStatus.Done);
        }

        if (n == Connection.SendFailed)
        {
            return new LoopTask<StreamStatus>(StreamStatus.Ended);
        }

        return mustKeep ? KeepAndFlush(buffer, offset + n, count - n) : Flush(buffer, offset + n, count - n);
    }

    // The scratch belongs to the loop: what could not be sent from it moves to a buffer of its own.
    private async LoopTask<StreamStatus> KeepAndFlush(byte[] buffer, int offset, int count)
    {
        byte[] kept = connection.Loop.Buffers.Rent(count);
        buffer.AsSpan(offset, count).CopyTo(kept);
        StreamStatus status = await Flush(kept, 0, count);
        connection.Loop.Buffers.Return(kept);
        return status;
    }

    private async LoopTask<StreamStatus> Flush(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            if (await connection.WhenWritable() == Wake.Interrupted)
            {
                _isBroken = true;
                return StreamStatus.Stopped;
            }

            int n = connection.Send(buffer.AsSpan(offset, count));
            if (n == Connection.SendFailed)
            {
                return StreamStatus.Ended;
            }

            offset += n;
            count -= n;
            if (count == 0)
            {
                return StreamStatus.Done;
            }
        }
    }

    private int AppendTail(byte[] buffer, int offset, in BodyChunk chunk)
    {
        if (Framing != BodyKind.Chunked)
        {
            return 0;
        }

        ChunkedWriter.DataEnd.CopyTo(buffer.AsSpan(offset));
        return 2 + AppendEnd(buffer, offset + 2, chunk);
    }

    // last-chunk, trailer-section, CRLF
    private int AppendEnd(byte[] buffer, int offset, in BodyChunk chunk)
    {
        if (Framing != BodyKind.Chunked || !chunk.IsLast)
        {
            return 0;
        }

        var writer = new HeadWriter(buffer.AsSpan(offset));
        writer.Append(ChunkedWriter.LastChunk);
        writer.Append(chunk.Trailers);
        writer.AppendLineEnd();
        return writer.Length;
    }
}
