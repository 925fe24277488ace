using System.Net;
using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>Sends requests to the balancer as the pattern says, each on a connection that is free, and counts how they end.</summary>
internal sealed class SimulatedClients(SimNetwork network, double requestsPerSecond, ArrivalPattern pattern, TimeSpan idleTimeout, IPEndPoint balancer)
{
    private const int AnswerBytes = 4 * 1024;

    private readonly SimLoop _loop = network.CreateLoop("clients");
    private readonly LoopRandom _random = new(network.Seed ^ 0x636C_6965);
    private readonly Stack<(Connection Connection, long SinceMs)> _idle = new();
    private readonly byte[] _buffer = new byte[AnswerBytes];

    // Far less than the balancer's own idle timeout: one that is reused later would meet the very race on this side.
    private readonly long _maxIdleMs = (long)(idleTimeout.TotalMilliseconds / 2);

    private long _begun;
    private long _limit;

    public long Sent { get; private set; }

    /// <summary>Of those, the ones that got a 502.</summary>
    public long Races { get; private set; }

    /// <summary>The ones that failed in any other way.</summary>
    public long OtherFailures { get; private set; }

    public bool IsDone => Sent == _limit;

    public void ScheduleNext(long limit)
    {
        _limit = limit;
        if (_begun == limit)
        {
            return;
        }

        double gapSeconds = pattern == ArrivalPattern.Periodic ? 1 / requestsPerSecond : -Math.Log(1 - _random.NextDouble()) / requestsPerSecond;
        network.After(TimeSpan.FromSeconds(gapSeconds), () =>
        {
            _begun++;
            ScheduleNext(limit);
            _loop.Post(() => Loop.Start(Send()));
        });
    }

    private async LoopTask Send()
    {
        Connection? connection = TakeIdle() ?? await Connect();
        Answer answer = Answer.None;
        if (connection is not null && connection.Send("GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n"u8) > 0)
        {
            answer = await ReceiveAnswer(connection);
        }

        Sent++;
        Races += answer == Answer.BadGateway ? 1 : 0;
        OtherFailures += answer == Answer.None ? 1 : 0;
        if (answer == Answer.Whole)
        {
            _idle.Push((connection!, _loop.NowMs));
        }
        else
        {
            connection?.Close();
        }
    }

    private Connection? TakeIdle()
    {
        while (_idle.TryPop(out (Connection Connection, long SinceMs) idle))
        {
            if (_loop.NowMs - idle.SinceMs < _maxIdleMs && !idle.Connection.PeerHungUp)
            {
                return idle.Connection;
            }

            idle.Connection.Close();
        }

        return null;
    }

    private async LoopTask<Connection?> Connect()
    {
        Connection connection = _loop.Connect(balancer)!;
        await connection.WhenWritable();
        return connection.FinishConnect() == ConnectOutcome.Connected ? connection : null;
    }

    // An answer of the target has no body; another ends the connection.
    private async LoopTask<Answer> ReceiveAnswer(Connection connection)
    {
        while (true)
        {
            await connection.WhenReadable();
            int n = connection.IsClosed ? Connection.Ended : connection.Receive(_buffer);
            if (n != Connection.WouldBlock)
            {
                return Read(_buffer.AsSpan(0, Math.Max(n, 0)));
            }
        }
    }

    // Source: ALB user guide, client keep-alive duration: the last answer on a connection says so.
    private static Answer Read(ReadOnlySpan<byte> answer) =>
        answer.StartsWith("HTTP/1.1 502"u8) ? Answer.BadGateway
        : !answer.StartsWith("HTTP/1.1 200"u8) || !answer.EndsWith("\r\n\r\n"u8) ? Answer.None
        : answer.IndexOf("Connection: close"u8) >= 0 ? Answer.Last
        : Answer.Whole;

    private enum Answer
    {
        None,
        BadGateway,
        Last,
        Whole,
    }
}
