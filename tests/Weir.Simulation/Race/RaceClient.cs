using System.Globalization;
using System.Net;
using System.Text;
using Weir.Reactor;
using Weir.Simulation.Balancer;

namespace Weir.Simulation.Race;

/// <summary>One connection of a client: one request after another, and what became of each.</summary>
internal sealed class RaceClient(RaceWorld world, SimLoop loop)
{
    private Connection? _connection;
    private MessageStream? _stream;
    private RaceRequest? _request;
    private bool _sent;

    public long IdleSinceMs { get; private set; }

    /// <summary>True: the connection can carry another.</summary>
    public async LoopTask<bool> Send(RaceRequest request, IPEndPoint balancer)
    {
        _request = request;
        _sent = false;
        if (!await Connect(balancer))
        {
            return false;
        }

        Loop.Start(SendWhole(_connection!, Compose(request)));
        bool reusable = await Receive(request);
        IdleSinceMs = loop.NowMs;
        return reusable && _sent;
    }

    public void Close()
    {
        _stream?.Release();
        _connection?.Close();
    }

    private static byte[] Compose(RaceRequest request)
    {
        string length = request.Method is "POST" or "PUT"
            ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.BodyBytes}\r\n")
            : "";
        string head = $"{request.Method} {request.Path} HTTP/1.1\r\nHost: weir.test\r\nX-Id: {request.Id:x16}\r\n{length}\r\n";
        byte[] bytes = new byte[head.Length + request.BodyBytes];
        Encoding.ASCII.GetBytes(head, bytes);
        Payload.Fill(bytes.AsSpan(head.Length), Payload.RequestSeed(request.Id), 0);
        return bytes;
    }

    private async LoopTask<bool> Connect(IPEndPoint balancer)
    {
        if (_connection is not null)
        {
            return true;
        }

        _connection = loop.Connect(balancer)!;
        await _connection.WhenWritable();
        if (_connection.FinishConnect() != ConnectOutcome.Connected)
        {
            world.Ledger.Violated("a client cannot connect");
            return false;
        }

        _stream = new MessageStream(
            _connection, new MessageReader(isResponse: true) { AnswersHead = () => _request!.Method == "HEAD" });
        return true;
    }

    // Apart from the receiving: a failure is answered before a large request has been sent.
    private async LoopTask SendWhole(Connection connection, byte[] bytes) => _sent = await connection.SendAll(bytes);

    private async LoopTask<bool> Receive(RaceRequest request)
    {
        if (await _stream!.Next() != MessageEvent.Head)
        {
            return false;
        }

        MessageHead head = _stream.Head;
        MessageEvent next;
        while ((next = await _stream.Next()) == MessageEvent.Body)
        {
        }

        if (next != MessageEvent.End || world.Strikes(RacePlant.Lost))
        {
            return false;
        }

        request.Responses += world.Strikes(RacePlant.Doubled) ? 2 : 1;
        request.Status = head.Status;
        request.IsAnswered = head["X-Id"] is not null;
        if (request.IsAnswered && world.Ledger.Find(head["X-Id"]) != request)
        {
            world.Ledger.Violated($"got the answer to {head["X-Id"]}: {request}");
        }

        return head["Connection"] != "close";
    }
}
