using System.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// Reads what a client sends on an HTTP/2 connection as the balancer would: frames, streams, field blocks, heads, DATA,
/// trailers, from bytes that come in pieces and are moved at every piece. It answers nothing, and sends no window.
/// </summary>
internal sealed class Http2Conversation : IConversation
{
    private readonly StringBuilder _log = new();
    private readonly FieldBlocks _blocks;
    private readonly HpackDecoder _decoder = new();
    private readonly PeerSettings _settings = new();
    private readonly RequestHead _head = new();
    private readonly PeerStreams _peer = new();
    private readonly AbuseGuard _guard = new();
    private readonly Dictionary<int, (StreamLifecycle Lifecycle, MessageProgress Progress)> _streams = [];
    private ReceiveWindow _window = new(Http2Limits.InitialWindowBytes);
    private FrameReader _reader = FrameReader.ForServer();
    private byte[] _rest = [];
    private BodyDigest _digest = new();
    private FrameHeader _block;
    private long _frames;
    private bool _isDropped;
    private bool _ended;

    public Http2Conversation()
    {
        _blocks = new FieldBlocks(_decoder, new FieldSection());
    }

    /// <summary>The first rule of the reader that was broken, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>What the client did wrong first, or None.</summary>
    public Http2Fault ClientFault { get; private set; }

    /// <summary>The same of a message.</summary>
    public MessageFault MessageFault { get; private set; }

    /// <summary>All that was read, as text.</summary>
    public string Log => _ended ? _log.ToString() : $"{_log}left={_rest.Length} block={_reader.IsInFieldBlock} {_digest}";

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

    private void Take(FrameStep step, ReadOnlySpan<byte> stretch)
    {
        FrameHeader header = _reader.Header;
        switch (step.Status)
        {
            case FrameStatus.Frame:
                _digest = new BodyDigest();
                _log.Append($"{header} {Convert.ToHexString(stretch)}\n");
                Begin(header, step.IsEnd);
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
                    _log.Append($"  {_digest}\n");
                }

                break;
            default:
                _log.Append($"{step.Status} {_reader.Fault} {header.StreamId}\n");
                Note(_reader.Fault);
                break;
        }
    }

    // A frame is a millisecond here.
    private void Begin(in FrameHeader header, bool isEmpty)
    {
        Note(_guard.Count(header, isEmpty, _frames++));
        if (header.Type == FrameType.Data && !_window.TryReceive(header.Length))
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
    }

    // False if what the frame carries is for nobody.
    private bool BeginOnStream(in FrameHeader header)
    {
        if (!_streams.TryGetValue(header.StreamId, out (StreamLifecycle Lifecycle, MessageProgress Progress) stream))
        {
            bool opens = header.Type == FrameType.Headers && _peer.IsIdle(header.StreamId);
            Http2Fault fault = opens
                ? _peer.Open(header.StreamId)
                : _peer.ReceiveOnOther(header.StreamId, header.Type);
            Note(fault);
            if (!opens || fault != Http2Fault.None)
            {
                return false;
            }

            stream = default;
            _guard.StreamOpened();
        }

        Http2Fault received = stream.Lifecycle.Receive(header.Type, header.IsEndStream);
        Note(received);
        if (received != Http2Fault.None || stream.Lifecycle.State == StreamState.Closed)
        {
            _streams.Remove(header.StreamId);
            _peer.Close(header.StreamId, received != Http2Fault.None ? StreamEnd.ResetByUs : StreamEnd.ResetByPeer);
            return false;
        }

        _streams[header.StreamId] = stream;
        return true;
    }

    private void TakeContent(in FrameHeader header, ReadOnlySpan<byte> stretch, bool isEnd)
    {
        switch (header.Type)
        {
            case FrameType.Headers or FrameType.Continuation:
                TakeFragment(stretch, isEnd && header.IsEndHeaders);
                break;
            case FrameType.Data when !_isDropped:
                (StreamLifecycle lifecycle, MessageProgress progress) = _streams[header.StreamId];
                MessageFault fault = progress.Data(stretch.Length, isEnd && header.IsEndStream);
                _streams[header.StreamId] = (lifecycle, progress);
                Judge(header.StreamId, fault);
                break;
            case FrameType.Settings:
                Note(_settings.Apply(stretch, isFromServer: false));
                break;
            default:
                break;
        }
    }

    private void TakeFragment(ReadOnlySpan<byte> fragment, bool isLast)
    {
        HpackStatus status = _blocks.Feed(fragment, isLast);
        if (status == HpackStatus.Failed)
        {
            _log.Append(_decoder.Fault).Append('\n');
            Note(Http2Fault.FieldBlockInvalid);
        }

        if (status != HpackStatus.Complete)
        {
            return;
        }

        _log.Append($"  {_decoder.TableBytes}\n").Append(_blocks.Text());
        if (_blocks.Section.IsTooLarge || _isDropped)
        {
            return;
        }

        (StreamLifecycle lifecycle, MessageProgress progress) = _streams[_block.StreamId];
        MessageFault fault = progress.BeginFieldBlock(_block.IsEndStream, out bool isTrailers);
        if (fault == MessageFault.None && isTrailers)
        {
            fault = TrailerReader.Check(_blocks.Section);
            fault = fault == MessageFault.None ? progress.EndTrailers() : fault;
        }
        else if (fault == MessageFault.None)
        {
            fault = TakeHead(ref progress);
        }

        _streams[_block.StreamId] = (lifecycle, progress);
        Judge(_block.StreamId, fault);
    }

    private MessageFault TakeHead(ref MessageProgress progress)
    {
        MessageFault fault = RequestReader.Read(_blocks.Section, _head, _block.IsEndStream, _block.Length);
        _log.Append(HeadText.Of(_head));
        if (fault == MessageFault.None)
        {
            progress.EndHead(_head);
            Fault ??= Requests.Check(_head);
        }

        return fault;
    }

    private void Note(Http2Fault fault)
    {
        ClientFault = ClientFault == Http2Fault.None ? fault : ClientFault;
        _ended |= fault != Http2Fault.None && Http2Faults.EndsConnection(fault);
    }

    // A malformed message costs its stream, and what still comes on it is dropped.
    private void Judge(int streamId, MessageFault fault)
    {
        if (fault == MessageFault.None)
        {
            return;
        }

        _log.Append(fault).Append('\n');
        MessageFault = MessageFault == MessageFault.None ? fault : MessageFault;
        _streams.Remove(streamId);
        _peer.Close(streamId, StreamEnd.ResetByUs);
        _isDropped = true;
    }
}
