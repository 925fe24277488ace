using System.Buffers;
using System.Text;
using Weir.Diagnosis.Probing;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Diagnosis;

/// <summary>HTTP/2 on its way through the relay: paths of requests, frames of answers, and GOAWAY.</summary>
internal sealed class Http2PassingReader : IPassingReader
{
    private readonly bool _isFromTarget;
    private readonly HpackDecoder _decoder = new();
    private readonly FieldSection _section = new(joinsCookies: false);
    private readonly ArrayBufferWriter<byte> _block = new();
    private FrameReader _frames;
    private byte[] _unread = [];
    private bool _isLost;

    /// <param name="isFromTarget">Whose bytes these are: the target's, or the balancer's with its preface.</param>
    public Http2PassingReader(bool isFromTarget)
    {
        _isFromTarget = isFromTarget;
        _frames = isFromTarget ? FrameReader.ForClient() : FrameReader.ForServer();
    }

    public Passing Read(ReadOnlySpan<byte> bytes)
    {
        byte[] input = [.. _unread, .. bytes];
        var requests = new List<(string, int)>();
        bool hasAnswer = false;
        (string, int)? goAway = null;
        int consumed = 0;
        FrameStatus status = FrameStatus.Frame;
        while (!_isLost && status != FrameStatus.NeedMore)
        {
            FrameStep step = _frames.Read(input.AsSpan(consumed));
            ReadOnlySpan<byte> stretch = input.AsSpan(consumed + step.Offset, step.Length);
            status = step.Status;
            consumed += step.Consumed;
            FrameHeader header = _frames.Header;
            switch (status, header.Type)
            {
                case (FrameStatus.ConnectionFault, _):
                    _isLost = true;
                    break;
                case (FrameStatus.Frame, FrameType.GoAway):
                    goAway = (GoAway.NameOf(FrameFields.GoAwayCode(stretch)), FrameFields.LastStreamId(stretch));
                    break;
                case (FrameStatus.Frame or FrameStatus.Content, FrameType.Headers or FrameType.Continuation or FrameType.Data) when _isFromTarget:
                    hasAnswer = true;
                    break;
                case (FrameStatus.Content, FrameType.Headers or FrameType.Continuation):
                    _block.Write(stretch);
                    if (step.IsEnd && header.IsEndHeaders && EndBlock() is { } key)
                    {
                        requests.Add((key, header.StreamId));
                    }

                    break;
                default:
                    break;
            }
        }

        _unread = _isLost ? [] : input[consumed..];
        return new Passing(requests, hasAnswer, goAway);
    }

    // Decoded whatever it is: later blocks refer to it. Trailers have no path.
    private string? EndBlock()
    {
        _section.Begin(new byte[HttpLimits.RequestHeadersBytes]);
        ReadOnlySpan<byte> rest = _block.WrittenSpan;
        HpackStatus status;
        while ((status = _decoder.Decode(rest, isLast: true, _section, out int consumed)) == HpackStatus.NeedRoom)
        {
            rest = rest[consumed..];
            _section.Move(new byte[_section.Buffer.Length * 2]);
        }

        _block.ResetWrittenCount();
        _isLost |= status != HpackStatus.Complete;
        for (int index = 0; index < _section.Count; index++)
        {
            if (_section.Name(index).SequenceEqual(":path"u8))
            {
                return Encoding.ASCII.GetString(_section.Value(index));
            }
        }

        return null;
    }
}
