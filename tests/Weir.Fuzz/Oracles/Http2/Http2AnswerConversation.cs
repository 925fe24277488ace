using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// What a target sends to us, its client, who has four requests there: a GET, a HEAD, a POST whose body goes as the windows allow,
/// and a GET whose answer nobody reads yet. Heads are held against what the next hop would understand, windows against sums.
/// </summary>
internal sealed class Http2AnswerConversation : FrameConversation
{
    // Small, so that short inputs reach them.
    private const int ConnectionWindowBytes = 2_048;
    private const int StreamWindowBytes = 1_024;

    private const int PostId = 5;
    private const int UnreadId = 7;
    private const int PostBytes = 200_000;

    private static readonly RequestMethod[] _methods = [RequestMethod.Get, RequestMethod.Head, RequestMethod.Post, RequestMethod.Get];

    private readonly ResponseHead _head = new();
    private readonly ReceiveSums _received = new(ConnectionWindowBytes);
    private readonly SendSums _sent = new();
    private readonly Dictionary<int, (ReceiveSums Received, SendSums Sent)> _windows = [];
    private OwnStreams _own;
    private int _postLeft = PostBytes;

    // Of a DATA frame on the unread stream that is still coming: if that is reset meanwhile, the frame's end passes it on.
    private int _comingBytes;

    public Http2AnswerConversation()
        : base(
            FrameReader.ForClient(),
            isFromServer: true,
            new HpackDecoder(maxFieldBytes: 2 * HttpLimits.ResponseHeadersBytes),
            new FieldSection(HttpLimits.ResponseHeadersBytes, joinsCookies: false))
    {
        foreach (RequestMethod method in _methods)
        {
            if (!_own.TryOpen(Settings.MaxConcurrentStreams, out int id))
            {
                throw new InvalidOperationException("no stream could be opened before the server has said anything");
            }

            StreamLifecycle lifecycle = default;
            lifecycle.TrySend(FrameType.Headers, isEndStream: method != RequestMethod.Post);
            Streams.Add(id, (lifecycle, default));
            _windows.Add(id, (new ReceiveSums(StreamWindowBytes), new SendSums()));
            Guard.StreamAsked();
        }

        SendPost();
    }

    protected override bool TryReceive(int frameBytes) => _received.TryReceive(frameBytes);

    // A server opens none. What comes for one that is finished or reset was under way.
    protected override bool TryOpen(int streamId, FrameType type)
    {
        Note(!_own.IsIdle(streamId) || type == FrameType.Priority ? Http2Fault.None
            : type == FrameType.Headers ? Http2Fault.InvalidStreamId
            : Http2Fault.FrameOnIdleStream);
        return false;
    }

    protected override Http2Fault Receive(in FrameHeader header)
    {
        if (header.Type != FrameType.Data)
        {
            return Http2Fault.None;
        }

        if (!_windows[header.StreamId].Received.TryReceive(header.Length))
        {
            return Http2Fault.WindowExceeded;
        }

        _comingBytes = header.StreamId == UnreadId ? header.Length : 0;
        return Http2Fault.None;
    }

    protected override void OnFrame(in FrameHeader header, ReadOnlySpan<byte> fields)
    {
        switch (header.Type)
        {
            case FrameType.WindowUpdate:
                Grow(header.StreamId, FrameFields.Increment(fields));
                break;
            case FrameType.GoAway:
                _own.GoAway(FrameFields.LastStreamId(fields));
                foreach (int id in Streams.Keys.Where(id => _own.IsUnprocessed(id)).ToArray())
                {
                    Text.Append($"  {id} is to go elsewhere\n");
                    Close(id, StreamEnd.ResetByPeer);
                }

                break;
        }

        Fault ??= _own.OpenCount == Streams.Count ? null : $"{_own.OpenCount} streams are counted, and {Streams.Count} open";
    }

    protected override void OnData(in FrameHeader header, bool isDropped)
    {
        _comingBytes = 0;
        if (isDropped)
        {
            _received.PassOn(header.Length);
        }
        else if (header.StreamId != UnreadId)
        {
            _received.PassOn(header.Length);
            _windows[header.StreamId].Received.PassOn(header.Length);
        }

        CheckSums();
    }

    protected override void OnSettings(int oldInitialWindowBytes)
    {
        foreach (int id in Streams.Keys)
        {
            if (!_windows[id].Sent.TryShift(oldInitialWindowBytes, Settings.InitialWindowBytes))
            {
                Note(Http2Fault.InitialWindowOverflow);
                break;
            }
        }

        SendPost();
        CheckSums();
    }

    protected override MessageFault TakeHead(in FrameHeader header, ref MessageProgress progress)
    {
        RequestMethod method = _methods[header.StreamId / 2];
        MessageFault fault = ResponseReader.Read(Section, _head, method, header.IsEndStream, header.Length);
        Text.Append(HeadText.Of(_head));
        if (fault == MessageFault.None)
        {
            progress.EndHead(_head);
            Fault ??= _head.Refusal == ResponseRefusal.None ? Forwarding.Check(_head, method) : null;
        }

        return fault;
    }

    protected override void OnClosed(int streamId, StreamEnd end)
    {
        _own.Close();
        if (streamId == UnreadId)
        {
            _received.PassOn((int)_windows[streamId].Received.HeldBytes - _comingBytes);
        }
    }

    private void Grow(int streamId, int increment)
    {
        if (streamId == 0)
        {
            Note(_sent.TryGrow(increment) ? Http2Fault.None : Http2Fault.ConnectionWindowOverflow);
        }
        else if (Streams.ContainsKey(streamId) && !_windows[streamId].Sent.TryGrow(increment))
        {
            Note(Http2Fault.WindowOverflow);
            Close(streamId, StreamEnd.ResetByUs);
        }

        SendPost();
        CheckSums();
    }

    private void SendPost()
    {
        if (!Streams.TryGetValue(PostId, out (StreamLifecycle Lifecycle, MessageProgress Progress) stream) || _postLeft == 0)
        {
            return;
        }

        SendSums window = _windows[PostId].Sent;
        int bytes = Math.Min(_postLeft, Math.Min(_sent.AvailableBytes, window.AvailableBytes));
        _sent.Take(bytes);
        window.Take(bytes);
        _postLeft -= bytes;
        Guard.DataSent(bytes);
        Text.Append($"  sent {bytes}\n");
        Fault ??= stream.Lifecycle.TrySend(FrameType.Data, isEndStream: _postLeft == 0) ? null : "the body may not be sent";
        if (stream.Lifecycle.State == StreamState.Closed)
        {
            Close(PostId, StreamEnd.Finished);
            return;
        }

        Streams[PostId] = stream;
    }

    private void CheckSums()
    {
        long heldBytes = Streams.ContainsKey(UnreadId) ? _windows[UnreadId].Received.HeldBytes : 0;
        Fault ??= _received.Fault ?? _sent.Fault
            ?? _windows.Values.Select(window => window.Received.Fault ?? window.Sent.Fault).FirstOrDefault(fault => fault is not null)
            ?? (_received.HeldBytes == heldBytes ? null : $"{_received.HeldBytes} bytes are held of {heldBytes}");
    }
}
