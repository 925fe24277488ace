using System.Diagnostics;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;

namespace Weir.Balancer;

/// <summary>What comes from one target over HTTP/2: it brings answers to the streams that were opened there. Owned by the connection.</summary>
internal sealed class Http2TargetReceiver(BalancerLoop owner, Http2Target target)
    : Http2Receiver(owner, FieldBlockInput.OfTarget(owner.Loop.Buffers), isFromServer: true, Http2Target.WindowBytes)
{
    private readonly EndedStreams _ended = new();

    public override Http2Sender Sender => target.Sender;

    protected override bool IsOver => target.IsOver;

    public void Add(Http2Stream stream)
    {
        Guard.StreamAsked();
        Open.Add(stream.Id, stream);
    }

    /// <summary>A copy, from which streams may be closed.</summary>
    public Http2Stream[] OpenStreams() => [.. Open.Values];

    public override void Fail(Http2ErrorCode code) => target.Fail(code);

    protected override void FailConnection(Http2Fault fault)
    {
        if (!target.IsOver)
        {
            Count(fault);
            // What is no frame is of no stream.
            target.Fail(fault, fault is Http2Fault.Http1Answer or Http2Fault.FirstFrameNotSettings ? 0 : Header.StreamId);
        }
    }

    protected override void Count(Http2Fault fault) => Owner.Counters.AddOfTarget(fault);

    protected override void ResetStream(Http2Stream stream, Http2Fault fault)
    {
        target.Reset(stream, Http2Faults.Code(fault));
        stream.LoseToFault(fault);
    }

    protected override void OnActivity()
    {
        // The streams keep their own time.
    }

    protected override Http2Fault BeginOnOther(int streamId, out bool opens)
    {
        opens = false;
        return ReceiveOnOther(streamId, FrameType.Headers);
    }

    protected override Http2Stream OpenStream(int streamId) => throw new UnreachableException("a target opens no streams");

    protected override void OnOpened(Http2Stream stream) => throw new UnreachableException("a target opens no streams");

    protected override Http2Fault ReceiveOnOther(int streamId, FrameType type) =>
        !target.IsIdle(streamId) ? _ended.Receive(streamId, type)
        : type == FrameType.Priority ? Http2Fault.None
        : type == FrameType.Headers ? Http2Fault.InvalidStreamId
        : Http2Fault.FrameOnIdleStream;

    protected override bool IsOfNoStream(int streamId) => target.IsIdle(streamId);

    protected override void OnReset(Http2Stream stream, Http2ErrorCode code)
    {
        bool isRefused = code == Http2ErrorCode.RefusedStream && stream.ReceivedBytes == 0;
        if (isRefused)
        {
            target.OnRefused();
        }

        stream.ResetCode = code;
        // What came before it is an answer, and perhaps a whole one.
        stream.Lose(isRefused ? StreamStatus.Refused : StreamStatus.Reset, dropsBody: isRefused);
    }

    protected override void OnSettings() => target.OnSettings();

    protected override void OnGoAway(int lastStreamId, Http2ErrorCode code) => target.OnGoAway(lastStreamId, code);

    protected override void OnPingAnswered()
    {
        // None is sent.
    }

    protected override void OnClosed(int streamId, StreamEnd end)
    {
        _ended.Add(streamId, end);
        target.OnClosed(end);
    }
}
