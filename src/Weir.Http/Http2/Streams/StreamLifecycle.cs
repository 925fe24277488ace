using Weir.Http.Http2.Frames;

namespace Weir.Http.Http2.Streams;

/// <summary>
/// The state of one stream, and what each frame makes of it. Owned by the stream, and gone with it: what comes later is
/// for <see cref="PeerStreams"/>. A field block is one frame here, its CONTINUATION included. Source: RFC 9113 §5.1.
/// </summary>
public struct StreamLifecycle
{
    public StreamState State { get; private set; }

    /// <summary>
    /// A frame has come on the stream. With a fault the state stays, and the caller resets the stream.
    /// </summary>
    public Http2Fault Receive(FrameType type, bool isEndStream)
    {
        if (State == StreamState.Idle && type is not (FrameType.Headers or FrameType.Priority))
        {
            return Http2Fault.FrameOnIdleStream;
        }

        switch (type)
        {
            case FrameType.Headers or FrameType.Data when State == StreamState.HalfClosedRemote:
                return Http2Fault.FrameAfterEndStream;
            case FrameType.Headers or FrameType.Data when State == StreamState.Closed:
                return Http2Fault.FrameOnClosedStream;
            case FrameType.Headers or FrameType.Data:
                State = State == StreamState.Idle ? StreamState.Open : State;
                State = !isEndStream ? State
                    : State == StreamState.Open ? StreamState.HalfClosedRemote
                    : StreamState.Closed;
                break;
            case FrameType.RstStream:
                State = StreamState.Closed;
                break;
            default:
                // PRIORITY and WINDOW_UPDATE may come in every other state, and change none.
                break;
        }

        return Http2Fault.None;
    }

    /// <summary>
    /// A frame is about to be sent on the stream. False, with no effect, if it must not be.
    /// </summary>
    public bool TrySend(FrameType type, bool isEndStream)
    {
        switch (type)
        {
            case FrameType.Headers when State == StreamState.Idle:
                State = StreamState.Open;
                break;
            case FrameType.Headers or FrameType.Data when State is StreamState.Open or StreamState.HalfClosedRemote:
                break;
            case FrameType.RstStream when State is not (StreamState.Idle or StreamState.Closed):
                State = StreamState.Closed;
                return true;
            case FrameType.WindowUpdate:
                return State is StreamState.Open or StreamState.HalfClosedLocal;
            default:
                return false;
        }

        if (isEndStream)
        {
            State = State == StreamState.Open ? StreamState.HalfClosedLocal : StreamState.Closed;
        }

        return true;
    }
}
