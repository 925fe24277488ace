using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// Reads what one side sends on an HTTP/2 connection as the balancer would: frames, streams, field blocks, heads, DATA,
/// trailers, from bytes that come in pieces and are moved at every piece. Which streams there are, and what a head is, is for the
/// one of the two sides.
/// </summary>
internal abstract class FrameConversation(FrameReader reader, bool isFromServer, HpackDecoder decoder, FieldSection section) : IConversation
{
    private readonly FieldBlocks _blocks = new(decoder, section);
    private FrameReader _reader = reader;
    private byte[] _rest = [];
    private BodyDigest _digest = new();
    private FrameHeader _block;
    private long _frames;
    private int _oldInitialWindowBytes = Http2Limits.InitialWindowBytes;
    private bool _isDropped;
    private bool _ended;

    /// <summary>The first rule of the reader that was broken, or null.</summary>
    public string? Fault { get; protected set; }

    /// <summary>What the peer did wrong first, or None.</summary>
    public Http2Fault PeerFault { get; private set; }

    /// <summary>The same of a message.</summary>
    public MessageFault MessageFault { get; private set; }

    /// <summary>All that was read, as text.</summary>
    public string Log => _ended ? Text.ToString() : $"{Text}left={_rest.Length} block={_reader.IsInFieldBlock} {_digest}";

    protected StringBuilder Text { get; } = new();

    protected PeerSettings Settings { get; } = new();

    protected AbuseGuard Guard { get; } = new();

    protected FieldSection Section => _blocks.Section;

    /// <summary>Those on which something may still come.</summary>
    protected Dictionary<int, (StreamLifecycle Lifecycle, MessageProgress Progress)> Streams { get; } = [];

    public void Feed(ReadOnlySpan<byte> piece)
    {
        byte[] input = [.. _rest, .. piece];
        int at = 0;
        while (!_ended)
        {
            FrameStep step = _reader.Read(input.AsSpan(at));
            if (step.Consumed < 0 || step.Consumed > input.Length - at || step.Offset + step.Length > step.Consumed)
            {
                Fault ??= $"{step} of {input.Length - at}";
                return;
            }

            ReadOnlySpan<byte> stretch = input.AsSpan(at + step.Offset, step.Length);
            at += step.Consumed;
            if (step.Status == FrameStatus.NeedMore)
            {
                break;
            }

            Take(step, stretch);
        }

        _rest = _ended ? [] : input[at..];
        if (_rest.Length >= Http2Limits.UnreadFrameBytes)
        {
            Fault ??= $"left {_rest.Length} bytes";
        }
    }

    /// <summary>DATA begins; false if the connection's window does not allow it.</summary>
    protected abstract bool TryReceive(int frameBytes);

    /// <summary>A frame on a stream that is not open: true if it opens it. What is wrong with that is noted.</summary>
    protected abstract bool TryOpen(int streamId, FrameType type);

    /// <summary>A frame that the state of its stream allows; what else is wrong with it.</summary>
    protected virtual Http2Fault Receive(in FrameHeader header) => Http2Fault.None;

    /// <summary>A frame begins, with its fields of fixed size.</summary>
    protected virtual void OnFrame(in FrameHeader header, ReadOnlySpan<byte> fields)
    {
    }

    /// <summary>All of a DATA frame has come, for its stream or, if that is dropped, for nobody.</summary>
    protected virtual void OnData(in FrameHeader header, bool isDropped)
    {
    }

    /// <summary>All of a SETTINGS frame has come, and was taken.</summary>
    /// <param name="oldInitialWindowBytes">What held before.</param>
    protected virtual void OnSettings(int oldInitialWindowBytes)
    {
    }

    /// <summary>The fields of a block are a head.</summary>
    protected abstract MessageFault TakeHead(in FrameHeader header, ref MessageProgress progress);

    /// <summary>A stream is open no longer.</summary>
    protected abstract void OnClosed(int streamId, StreamEnd end);

    protected void Note(Http2Fault fault)
    {
        PeerFault = PeerFault == Http2Fault.None ? fault : PeerFault;
        _ended |= fault != Http2Fault.None && Http2Faults.EndsConnection(fault);
    }

    protected void Close(int streamId, StreamEnd end)
    {
        Streams.Remove(streamId);
        OnClosed(streamId, end);
    }

    private void Take(FrameStep step, ReadOnlySpan<byte> stretch)
    {
        FrameHeader header = _reader.Header;
        switch (step.Status)
        {
            case FrameStatus.Frame:
                _digest = new BodyDigest();
                Text.Append($"{header} {Convert.ToHexString(stretch)}\n");
                Begin(header, stretch, step.IsEnd);
                if (!_ended)
                {
                    TakeContent(header, stretch: [], step.IsEnd);
                }

                break;
            case FrameStatus.Content:
                _digest.Add(stretch);
                TakeContent(header, stretch, step.IsEnd);
                if (step.IsEnd && !_ended)
                {
                    Text.Append($"  {_digest}\n");
                }

                break;
            default:
                Text.Append($"{step.Status} {_reader.Fault} {header.StreamId}\n");
                Note(_reader.Fault);
                break;
        }
    }

    // A frame is a millisecond here.
    private void Begin(in FrameHeader header, ReadOnlySpan<byte> fields, bool isEmpty)
    {
        Note(Guard.Count(header, isEmpty, _frames++));
        if (header.Type == FrameType.Data && !TryReceive(header.Length))
        {
            Note(Http2Fault.ConnectionWindowExceeded);
        }

        if (header.Type == FrameType.Headers)
        {
            _block = header;
        }

        if (header.StreamId != 0 && header.Type <= FrameType.WindowUpdate)
        {
            _isDropped = !BeginOnStream(header);
        }

        if (!_ended)
        {
            OnFrame(header, fields);
        }
    }

    // False if what the frame carries is for nobody.
    private bool BeginOnStream(in FrameHeader header)
    {
        if (!Streams.TryGetValue(header.StreamId, out (StreamLifecycle Lifecycle, MessageProgress Progress) stream))
        {
            if (!TryOpen(header.StreamId, header.Type))
            {
                return false;
            }

            stream = default;
            Guard.StreamOpened();
        }

        Http2Fault fault = stream.Lifecycle.Receive(header.Type, header.IsEndStream);
        fault = fault == Http2Fault.None ? Receive(header) : fault;
        Note(fault);
        if (fault != Http2Fault.None || header.Type == FrameType.RstStream)
        {
            Close(header.StreamId, fault != Http2Fault.None ? StreamEnd.ResetByUs : StreamEnd.ResetByPeer);
            return false;
        }

        Streams[header.StreamId] = stream;
        return true;
    }

    private void TakeContent(in FrameHeader header, ReadOnlySpan<byte> stretch, bool isEnd)
    {
        switch (header.Type)
        {
            case FrameType.Headers or FrameType.Continuation:
                TakeFragment(stretch, isEnd && header.IsEndHeaders);
                break;
            case FrameType.Data:
                TakeData(header, stretch, isEnd);
                break;
            case FrameType.Settings:
                TakeSettings(stretch, isEnd && !header.IsAck);
                break;
            default:
                break;
        }
    }

    private void TakeData(in FrameHeader header, ReadOnlySpan<byte> stretch, bool isEnd)
    {
        if (!_isDropped)
        {
            (StreamLifecycle lifecycle, MessageProgress progress) = Streams[header.StreamId];
            MessageFault fault = progress.Data(stretch.Length, isEnd && header.IsEndStream);
            Streams[header.StreamId] = (lifecycle, progress);
            Judge(header.StreamId, fault);
        }

        if (isEnd)
        {
            OnData(header, _isDropped);
            EndIfFinished(header);
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> stretch, bool isEnd)
    {
        Note(Settings.Apply(stretch, isFromServer));
        if (isEnd && !_ended)
        {
            OnSettings(_oldInitialWindowBytes);
            _oldInitialWindowBytes = Settings.InitialWindowBytes;
        }
    }

    private void TakeFragment(ReadOnlySpan<byte> fragment, bool isLast)
    {
        HpackStatus status = _blocks.Feed(fragment, isLast);
        if (status == HpackStatus.Failed)
        {
            Text.Append(decoder.Fault).Append('\n');
            Note(Http2Fault.FieldBlockInvalid);
        }

        if (status != HpackStatus.Complete)
        {
            return;
        }

        Text.Append($"  {decoder.TableBytes}\n").Append(_blocks.Text());
        if (decoder.TableBytes > Http2Limits.HeaderTableBytes)
        {
            Fault ??= $"a table of {decoder.TableBytes} bytes";
        }

        if (!_blocks.Section.IsTooLarge && !_isDropped)
        {
            TakeBlock();
        }

        EndIfFinished(_block);
    }

    private void TakeBlock()
    {
        (StreamLifecycle lifecycle, MessageProgress progress) = Streams[_block.StreamId];
        MessageFault fault = progress.BeginFieldBlock(_block.IsEndStream, out bool isTrailers);
        if (fault == MessageFault.None && isTrailers)
        {
            fault = TrailerReader.Check(_blocks.Section);
            fault = fault == MessageFault.None ? progress.EndTrailers() : fault;
        }
        else if (fault == MessageFault.None)
        {
            fault = TakeHead(_block, ref progress);
        }

        Streams[_block.StreamId] = (lifecycle, progress);
        Judge(_block.StreamId, fault);
    }

    // Where we have sent all before.
    private void EndIfFinished(in FrameHeader header)
    {
        if (header.IsEndStream && !_isDropped && Streams[header.StreamId].Lifecycle.State == StreamState.Closed)
        {
            Close(header.StreamId, StreamEnd.Finished);
        }
    }

    // A malformed message costs its stream, and what still comes on it is dropped.
    private void Judge(int streamId, MessageFault fault)
    {
        if (fault == MessageFault.None)
        {
            return;
        }

        Text.Append(fault).Append('\n');
        MessageFault = MessageFault == MessageFault.None ? fault : MessageFault;
        Close(streamId, StreamEnd.ResetByUs);
        _isDropped = true;
    }
}
