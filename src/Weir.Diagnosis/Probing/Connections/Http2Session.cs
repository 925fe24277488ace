using System.Buffers;
using System.Diagnostics;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// HTTP/2 on a probe's connection, without the connection: bytes go in, and the state of the one request under way, what the target
/// says of the connection, and bytes to send come out. It reads with the balancer's own codecs. Owned by its dialogue.
/// </summary>
internal sealed class Http2Session
{
    // Room for the preface, SETTINGS, WINDOW_UPDATE and the heads of HEADERS and CONTINUATION.
    private const int FrameHeadBytes = 1024;

    // A head of the largest size, sent in a clumsy way.
    private const int MaxBlockBytes = 4 * HttpLimits.ResponseHeadersBytes;

    private readonly HpackEncoder _encoder = new();
    private readonly HpackDecoder _decoder = new(maxFieldBytes: 2 * HttpLimits.ResponseHeadersBytes);
    private readonly FieldSection _section = new(HttpLimits.ResponseHeadersBytes, joinsCookies: false);
    private readonly ResponseHead _head = new();
    private readonly PeerSettings _peer = new();
    private readonly ArrayBufferWriter<byte> _replies = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private FrameReader _frames = FrameReader.ForClient();
    private MessageProgress _progress;
    private int _streamId;
    private bool _isOwnBlock;
    private bool _isTrailers;
    private bool _endsStream;

    /// <summary>Of the request that was begun last.</summary>
    public StreamState State { get; private set; } = StreamState.Refused;

    /// <summary>What is known of its answer, without its times; null before its head.</summary>
    public ProbeAnswer? Answer { get; private set; }

    /// <summary>The target's last word on the connection; null if it has said none.</summary>
    public GoAway? GoAway { get; private set; }

    /// <summary>What it has announced; null before that.</summary>
    public Http2Settings? Settings { get; private set; }

    /// <summary>What comes is no HTTP/2, from the first byte that was not consumed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Begins a request, the first one with the preface: what is to be sent.</summary>
    public byte[] Begin(Http2Request request)
    {
        bool isFirst = _streamId == 0;
        _streamId = isFirst ? 1 : _streamId + 2;
        (State, Answer, _progress) = (StreamState.Open, null, default);
        var block = new FieldBlockWriter(_encoder, new byte[request.FieldBlockBytes]);
        foreach ((byte[] name, byte[] value) in request.Fields)
        {
            bool fits = block.TryAppend(name, value);
            Debug.Assert(fits, "the request knows its size");
        }

        byte[] bytes = new byte[FrameHeadBytes + (2 * block.Length)];
        var writer = new FrameWriter(bytes);
        if (isFirst)
        {
            writer.AppendClientPreface();
            // A body is read as it comes, so that windows need not be moved.
            writer.AppendSettings([(SettingId.EnablePush, 0), (SettingId.InitialWindowSize, int.MaxValue)]);
            writer.AppendWindowUpdate(0, int.MaxValue - Http2Limits.InitialWindowBytes);
        }

        bool hasBody = request.Body.Length > 0;
        writer.AppendFieldBlock(_streamId, block.Written, isEndStream: !hasBody, _peer.MaxFrameBytes);
        if (hasBody)
        {
            writer.AppendDataHeader(_streamId, request.Body.Length, isEndStream: true);
        }

        Debug.Assert(!writer.Overflowed, "there is room for frames as small as they may be");
        return [.. writer.Written, .. request.Body];
    }

    /// <summary>What the protocol wants to be sent, acknowledgements; empty for the most part, and before the preface.</summary>
    public byte[] TakeReplies()
    {
        // A target may speak first, and a connection that is to be silent stays so.
        if (_streamId == 0)
        {
            return [];
        }

        byte[] replies = _replies.WrittenSpan.ToArray();
        _replies.ResetWrittenCount();
        return replies;
    }

    /// <summary>Takes what has come; how much of it is done with. The rest must be there again, with more behind it.</summary>
    /// <param name="input">From the first byte that was not consumed before.</param>
    /// <param name="now">As the probe's clock counts.</param>
    public int Read(ReadOnlySpan<byte> input, long now)
    {
        int consumed = 0;
        while (!IsBroken)
        {
            FrameStep step = _frames.Read(input[consumed..]);
            ReadOnlySpan<byte> stretch = input.Slice(consumed + step.Offset, step.Length);
            switch (step.Status)
            {
                case FrameStatus.Frame:
                    Begin(stretch, step.IsEnd, now);
                    break;
                case FrameStatus.Content:
                    Continue(stretch, step.IsEnd);
                    break;
                case FrameStatus.ConnectionFault when _frames is { Fault: Http2Fault.FirstFrameNotSettings, Header.Type: FrameType.GoAway }:
                    return consumed + ReadFirstGoAway(input[consumed..], now);
                case FrameStatus.ConnectionFault:
                    IsBroken = true;
                    break;
                default:
                    break;
            }

            consumed += step.Consumed;
            if (step.Status == FrameStatus.NeedMore)
            {
                break;
            }
        }

        return consumed;
    }

    // Some say nothing else to whoever never said a word, without the SETTINGS that should be first. The reader has given up on it.
    private int ReadFirstGoAway(ReadOnlySpan<byte> input, long now)
    {
        int length = FrameHeader.Bytes + _frames.Header.Length;
        IsBroken = _frames.Header.Length is < FrameFields.GoAwayBytes or > Http2Limits.FrameBytes;
        _frames = FrameReader.ForClient();
        if (IsBroken || input.Length < length)
        {
            return 0;
        }

        TakeGoAway(input[FrameHeader.Bytes..], now);
        return length;
    }

    private void Begin(ReadOnlySpan<byte> fields, bool isEnd, long now)
    {
        FrameHeader header = _frames.Header;
        bool isOwn = header.StreamId == _streamId && State == StreamState.Open;
        switch (header.Type)
        {
            case FrameType.Headers:
                _block.ResetWrittenCount();
                _isOwnBlock = isOwn;
                _endsStream = header.IsEndStream;
                if (isOwn && _progress.BeginFieldBlock(header.IsEndStream, out _isTrailers) != MessageFault.None)
                {
                    State = StreamState.Malformed;
                }

                break;
            case FrameType.RstStream when isOwn:
                State = FrameFields.ResetCode(fields) == Http2ErrorCode.RefusedStream ? StreamState.Refused : StreamState.Reset;
                break;
            case FrameType.GoAway:
                TakeGoAway(fields, now);
                break;
            case FrameType.Ping when !header.IsAck:
                Span<byte> ping = stackalloc byte[FrameHeader.Bytes + FrameFields.PingBytes];
                var writer = new FrameWriter(ping);
                writer.AppendPing(fields, isAck: true);
                _replies.Write(writer.Written);
                break;
            default:
                break;
        }

        if (isEnd)
        {
            Continue(default, isEnd: true);
        }
    }

    private void Continue(ReadOnlySpan<byte> content, bool isEnd)
    {
        FrameHeader header = _frames.Header;
        switch (header.Type)
        {
            case FrameType.Headers or FrameType.Continuation:
                _block.Write(content);
                IsBroken |= _block.WrittenCount > MaxBlockBytes;
                if (isEnd && header.IsEndHeaders && !IsBroken)
                {
                    EndBlock();
                }

                break;
            case FrameType.Data when header.StreamId == _streamId && State == StreamState.Open:
                Take(content.Length, isEnd && header.IsEndStream);
                break;
            case FrameType.Settings when !header.IsAck:
                TakeSettings(content, isEnd);
                break;
            default:
                break;
        }
    }

    // A graceful end says first that it will come, and for which streams only then. The first word that decides is the one that counts.
    private void TakeGoAway(ReadOnlySpan<byte> fields, long now)
    {
        var goAway = new GoAway(GoAway.NameOf(FrameFields.GoAwayCode(fields)), FrameFields.LastStreamId(fields), now);
        if (GoAway is null or { LastStreamId: int.MaxValue })
        {
            GoAway = goAway;
        }

        if (State == StreamState.Open && goAway.LastStreamId < _streamId)
        {
            State = StreamState.Refused;
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> content, bool isEnd)
    {
        IsBroken |= _peer.Apply(content, isFromServer: true) != Http2Fault.None;
        if (isEnd)
        {
            _peer.ApplyTo(_encoder);
            Settings = Http2Settings.Of(_peer);
            Span<byte> acknowledgement = stackalloc byte[FrameHeader.Bytes];
            var writer = new FrameWriter(acknowledgement);
            writer.AppendSettingsAck();
            _replies.Write(writer.Written);
        }
    }

    // Decoded whatever becomes of it: later blocks refer to it.
    private void EndBlock()
    {
        _section.Begin(new byte[HttpLimits.ResponseHeadersBytes]);
        ReadOnlySpan<byte> rest = _block.WrittenSpan;
        HpackStatus status;
        while ((status = _decoder.Decode(rest, isLast: true, _section, out int consumed)) == HpackStatus.NeedRoom)
        {
            rest = rest[consumed..];
            _section.Move(new byte[_section.Buffer.Length * 2]);
        }

        IsBroken |= status != HpackStatus.Complete;
        if (!_isOwnBlock || State != StreamState.Open || IsBroken)
        {
            return;
        }

        if (_isTrailers)
        {
            State = _progress.EndTrailers() == MessageFault.None ? StreamState.Answered : StreamState.Malformed;
        }
        else
        {
            TakeHead();
        }
    }

    private void TakeHead()
    {
        if (_section.IsTooLarge
            || ResponseReader.Read(_section, _head, RequestMethod.Get, _endsStream, _block.WrittenCount) != MessageFault.None)
        {
            State = StreamState.Malformed;
            return;
        }

        _progress.EndHead(_head);
        if (!_head.IsInterim)
        {
            Answer = ProbeAnswer.Of(_head);
            State = _endsStream ? StreamState.Answered : StreamState.Open;
        }
    }

    private void Take(int bytes, bool isLast)
    {
        if (_progress.Data(bytes, isLast) != MessageFault.None)
        {
            State = StreamState.Malformed;
            return;
        }

        Answer = Answer! with { BodyBytes = Answer.BodyBytes + bytes };
        State = isLast ? StreamState.Answered : StreamState.Open;
    }
}
