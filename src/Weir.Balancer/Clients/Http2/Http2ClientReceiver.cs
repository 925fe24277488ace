using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>What comes from one client over HTTP/2: it opens streams, and begins their exchanges. Owned by the client's connection.</summary>
internal sealed class Http2ClientReceiver(BalancerLoop owner, Http2Client client)
    : Http2Receiver(owner, new FieldBlockInput(owner.Loop.Buffers), isFromServer: false, Http2Client.ReceiveWindowBytes)
{
    private readonly PeerStreams _streams = new();
    private readonly List<Http2ClientStream> _begun = [];

    /// <summary>The highest that was opened, and looked at.</summary>
    public int LastStreamId { get; private set; }

    public override Http2Sender Sender => client.Sender;

    protected override bool IsOver => client.IsOver;

    /// <summary>
    /// Begins the exchanges of the requests among what was read: all that came at once has been, so that a small body goes to the
    /// target with its head.
    /// </summary>
    public void StartStreams()
    {
        foreach (Http2ClientStream stream in _begun)
        {
            if (client.IsOver)
            {
                stream.Lose();
            }

            Loop.Start(stream.Run());
        }

        _begun.Clear();
    }

    public override void Fail(Http2ErrorCode code) => client.Fail(code);

    protected override void FailConnection(Http2Fault fault) => client.Fail(fault);

    protected override void Count(Http2Fault fault) => Owner.Counters.Add(fault);

    protected override void ResetStream(Http2Stream stream, Http2Fault fault) => client.Reset(stream, Http2Faults.Code(fault));

    protected override void OnActivity() => client.OnActivity();

    protected override Http2Fault BeginOnOther(int streamId, out bool opens)
    {
        opens = false;
        if (!_streams.IsIdle(streamId))
        {
            return _streams.ReceiveOnOther(streamId, FrameType.Headers);
        }

        Http2Fault fault = _streams.Open(streamId);
        opens = fault == Http2Fault.None;
        if (opens && (client.IsGoingAway || client.IsFull))
        {
            // Behind the last that GOAWAY names nothing is looked at, and the client knows.
            opens = false;
            _streams.Close(streamId, StreamEnd.ResetByUs);
            return client.IsGoingAway ? Http2Fault.None : Http2Fault.TooManyStreams;
        }

        return fault;
    }

    protected override Http2Stream OpenStream(int streamId)
    {
        LastStreamId = streamId;
        Http2ClientStream stream = Owner.RentStream();
        stream.Begin(client, this, streamId);
        _begun.Add(stream);
        return stream.Frames;
    }

    protected override void OnOpened(Http2Stream stream) => client.OnRequest(_begun[^1]);

    protected override Http2Fault ReceiveOnOther(int streamId, FrameType type) => _streams.ReceiveOnOther(streamId, type);

    protected override bool IsOfNoStream(int streamId) => _streams.IsIdle(streamId);

    protected override void OnReset(Http2Stream stream, Http2ErrorCode code)
    {
        Owner.Counters.Add(Counter.Http2StreamsReset);
        stream.Lose(StreamStatus.Ended, dropsBody: true);
    }

    protected override void OnSettings()
    {
        // Clients open the streams.
    }

    protected override void OnGoAway(int lastStreamId, Http2ErrorCode code) => client.GoAway();

    protected override void OnPingAnswered() => client.OnPingAnswered();

    protected override void OnClosed(int streamId, StreamEnd end) => _streams.Close(streamId, end);
}
