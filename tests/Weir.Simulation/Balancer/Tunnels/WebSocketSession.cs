using System.Globalization;
using System.Text;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One connection of a client that asks for a WebSocket: a tunnel where its target agrees, otherwise one answer.</summary>
internal sealed class WebSocketSession(BalancerWorld world, SimLoop loop, int number) : ClientPeer(world, loop, number)
{
    private RequestRecord? _record;
    private TunnelSide? _side;

    public override bool TakesNothing => false;

    protected override TlsContext? Tls => World.Tls.Client;

    protected override RequestRecord? FirstOutstanding => _record is { Outcome: RequestOutcome.None } or { Tunnel: not null } ? _record : null;

    protected override string Manner => "WebSocket";

    protected override async LoopTask Use()
    {
        _record = new RequestRecord(Loop.Random.NextUInt64(), this) { IsWebSocket = true, BodyHash = Payload.EmptyHash };
        World.Oracle.Began(_record);
        string id = _record.Id.ToString("x16", CultureInfo.InvariantCulture);
        string head = $"GET {_record.Path} HTTP/1.1\r\nHost: weir.test\r\nX-Id: {id}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        if (await Send(Encoding.ASCII.GetBytes(head)))
        {
            _record.SentHead = _record.SentWhole = true;
            var stream = new MessageStream(Connection, new MessageReader(isResponse: true));
            await Receive(stream, _record);
            stream.Release();
        }

        if (_record.Outcome == RequestOutcome.None)
        {
            _record.Outcome = RequestOutcome.Cut;
        }

        NoteEnd();
        Connection.Close();
    }

    protected override void OnLeft() => _side?.Cancel();

    private async LoopTask<bool> Send(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int n = Connection.Send(bytes.AsSpan(sent));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (sent < bytes.Length)
            {
                await Connection.WhenWritable();
            }
        }

        return true;
    }

    private async LoopTask Receive(MessageStream stream, RequestRecord record)
    {
        MessageEvent next;
        while ((next = await stream.Next()) == MessageEvent.Head && stream.Head.Status < 200 && stream.Head.Status != 101)
        {
            await stream.Next();
        }

        if (next != MessageEvent.Head)
        {
            if (next != MessageEvent.Ended)
            {
                World.Oracle.Violated($"{this} got what is no response: {next} after {stream.Head.StartLine}");
            }

            return;
        }

        MessageHead head = stream.Head;
        bool isAnswer = World.Oracle.ResponseBegan(record, head);
        if (head.Status == 101)
        {
            await UseTunnel(stream, record, isAnswer);
            return;
        }

        long received = 0;
        while ((next = await stream.Next()) == MessageEvent.Body)
        {
            if (isAnswer)
            {
                World.Oracle.ResponseBody(record, stream.Body, received);
            }

            received += stream.Body.Length;
        }

        if (next == MessageEvent.End)
        {
            World.Oracle.ResponseEnded(record, head, isAnswer, received);
        }
    }

    private async LoopTask UseTunnel(MessageStream stream, RequestRecord record, bool isAnswer)
    {
        MessageHead head = stream.Head;
        if (!isAnswer || record.Tunnel is null || head["Upgrade"] != "websocket" || head["Connection"] != "Upgrade")
        {
            World.Oracle.Violated($"a tunnel that no target has agreed to: {record}");
            return;
        }

        record.Outcome = RequestOutcome.Tunnel;
        record.Status = head.Status;
        stream.Reader.BeginTunnel();
        _side = new TunnelSide(World, Loop, Connection, stream, record, isClient: true);
        await _side.Run();
        HasLeft |= _side.HasLeft;
        record.Tunnel.ClientSent = Connection.BytesSent;
        record.Tunnel.ClientReceived = Connection.BytesReceived;
    }
}
