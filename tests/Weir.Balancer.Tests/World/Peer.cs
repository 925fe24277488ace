using System.Text;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// A client's or a target's end of one connection: it sends what a test says, and keeps what comes. Text stands for
/// bytes, one character each (Latin-1).
/// </summary>
internal sealed class Peer
{
    private const int KeptBytes = 1024 * 1024;

    private readonly BalancerWorld _world;
    private readonly Loop _loop;
    private readonly Queue<byte[]> _unsent = new();
    private readonly Signal _maySend;
    private readonly Signal _mayRead;
    private readonly StringBuilder _received = new();
    private int _taken;
    private bool _finAsked;

    public Peer(BalancerWorld world, Loop loop, Connection connection)
    {
        _world = world;
        _loop = loop;
        Connection = connection;
        _maySend = new Signal(loop);
        _mayRead = new Signal(loop);
        _mayRead.Set();
        loop.Post(() => Loop.Start(Run()));
    }

    public Connection Connection { get; }

    public ConnectOutcome Outcome { get; private set; } = ConnectOutcome.Pending;

    /// <summary>Answers each request head that comes.</summary>
    public Func<string, string>? Script { get; set; }

    /// <summary>Everything that came, up to 1 MiB.</summary>
    public string Received => _received.ToString();

    public long ReceivedBytes { get; private set; }

    /// <summary>A sum over the received bytes and their places.</summary>
    public ulong ReceivedHash { get; private set; }

    public long UnsentBytes => _unsent.Sum(static bytes => (long)bytes.Length);

    /// <summary>The other side has ended its direction, or the connection.</summary>
    public bool Ended { get; private set; }

    public ConnectionEnd End => Connection.End;

    /// <summary>The most that is read at once.</summary>
    public int ReadBytes { get; set; } = 64 * 1024;

    /// <summary>A pause after each read.</summary>
    public TimeSpan ReadPause { get; set; }

    /// <summary>When the end of the other side was seen, in virtual milliseconds.</summary>
    public long EndedMs { get; private set; }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Hears everything that is sent.</summary>
    public Action<byte[]>? Heard { get; set; }

    public void Send(byte[] bytes)
    {
        Heard?.Invoke(bytes);
        _unsent.Enqueue(bytes);
        _loop.Post(_maySend.Set);
    }

    public void Fin()
    {
        _finAsked = true;
        _loop.Post(_maySend.Set);
    }

    public void Reset() => _loop.Post(Connection.Abort);

    public void Close() => _loop.Post(Connection.Close);

    public void StopReading() => _mayRead.Reset();

    public void GoOnReading() => _loop.Post(_mayRead.Set);

    /// <summary>Waits until the other side has closed, and takes what has come since the last look.</summary>
    public string ReadToEnd(TimeSpan? limit = null)
    {
        _world.Until(() => Ended, $"the end of the connection; so far came: {Received}", limit);
        return Take();
    }

    /// <summary>Waits for this text, and takes everything up to its end.</summary>
    public string ReadTo(string text, TimeSpan? limit = null)
    {
        _world.Until(
            () => Find(text) >= 0 || Ended, $"'{text}'; so far came: {_received.ToString(_taken, _received.Length - _taken)}", limit);
        int end = Find(text);
        Assert.True(end >= 0, $"ended before '{text}'; came: {Received}");
        string taken = _received.ToString(_taken, end - _taken);
        _taken = end;
        return taken;
    }

    /// <summary>Takes the next head, with its empty line.</summary>
    public string ReadHead(TimeSpan? limit = null) => ReadTo("\r\n\r\n", limit);

    /// <summary>Everything that has come since the last look.</summary>
    public string Take()
    {
        string taken = _received.ToString(_taken, _received.Length - _taken);
        _taken = _received.Length;
        return taken;
    }

    /// <summary>As a target: waits for a request's head, and sends this response.</summary>
    public string Answer(string response)
    {
        string head = ReadHead();
        Send(response);
        return head;
    }

    private async LoopTask Run()
    {
        if (Outcome == ConnectOutcome.Pending)
        {
            await Connection.WhenWritable();
            Outcome = Connection.FinishConnect();
            if (Outcome != ConnectOutcome.Connected)
            {
                Ended = true;
                return;
            }
        }

        Loop.Start(Write());
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            await _mayRead;
            if (await Connection.WhenReadable() == Wake.Interrupted && Connection.IsClosed)
            {
                break;
            }

            int n = Connection.Receive(buffer.AsSpan(0, ReadBytes));
            if (n == Connection.Ended)
            {
                break;
            }

            if (n > 0)
            {
                Keep(buffer.AsSpan(0, n));
            }

            if (ReadPause > TimeSpan.Zero)
            {
                await new Sleep(_loop, ReadPause);
            }
        }

        Ended = true;
        EndedMs = _loop.NowMs;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        foreach (byte value in bytes)
        {
            ReceivedHash = (ReceivedHash * 31) + value;
        }

        if (_received.Length < KeptBytes)
        {
            _received.Append(Encoding.Latin1.GetString(bytes));
        }

        while (Script is { } script && Find("\r\n\r\n") is var end and >= 0)
        {
            string head = _received.ToString(_taken, end - _taken);
            _taken = end;
            Send(script(head));
        }
    }

    private int Find(string text)
    {
        int at = _received.ToString(_taken, _received.Length - _taken).IndexOf(text, StringComparison.Ordinal);
        return at < 0 ? -1 : _taken + at + text.Length;
    }

    private async LoopTask Write()
    {
        while (!Connection.IsClosed)
        {
            await _maySend;
            _maySend.Reset();
            while (_unsent.TryPeek(out byte[]? bytes))
            {
                int sent = 0;
                while (sent < bytes.Length)
                {
                    int n = Connection.Send(bytes.AsSpan(sent));
                    if (n == Connection.SendFailed)
                    {
                        return;
                    }

                    sent += n;
                    if (sent < bytes.Length && await Connection.WhenWritable() == Wake.Interrupted && Connection.IsClosed)
                    {
                        return;
                    }
                }

                _unsent.Dequeue();
            }

            if (_finAsked)
            {
                Connection.ShutdownSend();
            }
        }
    }
}
