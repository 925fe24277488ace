using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer;

/// <summary>
/// What comes from one peer over HTTP/2, taken apart into frames, which are counted against floods. What they mean is for whoever
/// derives from it. Owned by the connection.
/// </summary>
internal abstract class Http2FrameInput(bool isFromServer)
{
    private FrameReader _frames = isFromServer ? FrameReader.ForClient() : FrameReader.ForServer();

    public AbuseGuard Guard { get; } = new();

    /// <summary>The frame that is being read.</summary>
    protected FrameHeader Header => _frames.Header;

    /// <summary>Nothing that comes is looked at any more.</summary>
    protected abstract bool IsOver { get; }

    /// <summary>The loop's milliseconds.</summary>
    protected abstract long NowMs { get; }

    /// <summary>Reads what is there; what is left is the beginning of a frame.</summary>
    public void Read(Http1Input input)
    {
        bool more = true;
        while (more && !IsOver)
        {
            FrameStep step = _frames.Read(input.Unread);
            ReadOnlySpan<byte> stretch = input.Unread.Slice(step.Offset, step.Length);
            more = step.Status != FrameStatus.NeedMore;
            switch (step.Status)
            {
                case FrameStatus.Frame:
                    Begin(stretch, step.IsEnd);
                    break;
                case FrameStatus.Content:
                    Continue(stretch, step.IsEnd);
                    break;
                case FrameStatus.StreamFault:
                    FailStream(_frames.Header.StreamId, _frames.Fault);
                    break;
                case FrameStatus.ConnectionFault:
                    FailConnection(_frames.Fault);
                    break;
                default:
                    break;
            }

            input.Consume(step.Consumed);
        }

        input.Compact(0);
        input.ReleaseIfEmpty();
    }

    /// <summary>A frame begins; what it carries follows.</summary>
    /// <param name="fields">What its type has at fixed places.</param>
    protected abstract void Begin(ReadOnlySpan<byte> fields);

    /// <summary>What the frame carries, as far as it has come; once at its end also where it carries nothing.</summary>
    protected abstract void Continue(ReadOnlySpan<byte> content, bool isEnd);

    /// <summary>The peer has broken the protocol with a frame of this stream.</summary>
    protected abstract void FailStream(int id, Http2Fault fault);

    /// <summary>The peer has broken the protocol, or costs more than one peer may.</summary>
    protected abstract void FailConnection(Http2Fault fault);

    private void Begin(ReadOnlySpan<byte> fields, bool isEnd)
    {
        Http2Fault fault = Guard.Count(_frames.Header, isEnd, NowMs);
        if (fault != Http2Fault.None)
        {
            FailConnection(fault);
            return;
        }

        Begin(fields);
        if (isEnd && !IsOver)
        {
            Continue(default, isEnd: true);
        }
    }
}
