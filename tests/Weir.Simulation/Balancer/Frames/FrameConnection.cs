using System.Buffers.Binary;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One end of an HTTP/2 connection as a plain client or target would have it: written apart from the balancer's codec on purpose, so
/// that neither hides the other's mistakes. It keeps to the windows that the balancer gives, and holds it to those that it gives itself.
/// </summary>
internal sealed class FrameConnection
{
    /// <summary>Of a frame.</summary>
    public const int HeaderBytes = 9;

    /// <summary>The most that it carries. Source: RFC 9113 §6.5.2.</summary>
    public const int MaxFrameBytes = 16 * 1024;

    // Flags and settings. Source: RFC 9113 §6.
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;
    public const int SettingBytes = 6;
    public const int HeaderTableSetting = 1;
    public const int ConcurrentStreamsSetting = 3;
    public const int InitialWindowSetting = 4;
    public const int HeadSizeSetting = 6;

    /// <summary>What each field counts beyond its name and its value. Source: RFC 9113 §6.5.2.</summary>
    public const int FieldOverheadBytes = 32;

    private const int FirstWindow = 65_535;

    // With so much unsent, bodies wait.
    private const int FullBytes = 32 * 1024;

    private const byte Ack = 1;
    private const byte Padded = 8;

    private static readonly byte[] _preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly IFramePeer _peer;
    private readonly bool _isClient;
    private readonly FieldBlockMaker _maker = new();
    private readonly FieldBlockTaker _taker = new();
    private readonly FieldBlockPieces _block = new();
    private readonly FrameInput _input;
    private readonly FrameOutput _output;
    private readonly Signal _pumpEnded;
    private readonly HashSet<int> _abandoned = [];
    private readonly HashSet<int> _finished = [];
    private bool _hasSettings;
    private long _sendWindow = FirstWindow;
    private int _peerInitialWindow = FirstWindow;
    private long _receiveWindow = FirstWindow;
    private int _windowTarget = FirstWindow;
    private int _initialWindow = FirstWindow;
    private int _announcedWindow = FirstWindow;
    private int[] _announcedTables = [];
    private int _announcedHeadBytes = int.MaxValue;
    private int _headBytes = int.MaxValue;
    private bool _isAgreed;

    public FrameConnection(BalancerWorld world, SimLoop loop, Connection connection, IFramePeer peer, bool isClient)
    {
        _world = world;
        _loop = loop;
        _connection = connection;
        _peer = peer;
        _isClient = isClient;
        _input = new FrameInput(loop, connection, isClient ? [] : _preface);
        _output = new FrameOutput(loop, connection);
        _pumpEnded = new Signal(loop);
    }

    /// <summary>Those that are there, by their ids.</summary>
    public SortedDictionary<int, FrameStream> Streams { get; } = [];

    /// <summary>What the balancer allows at once.</summary>
    public long PeerStreams { get; private set; } = long.MaxValue;

    /// <summary>At this byte nothing more is sent.</summary>
    public long SilentAtByte
    {
        set => _output.SilentAtByte = value;
    }

    /// <summary>The most that one receive takes.</summary>
    public int ReceiveLimit
    {
        set => _input.ReceiveLimit = value;
    }

    /// <summary>The first that is said.</summary>
    /// <param name="initialWindow">Of each stream.</param>
    /// <param name="windowTarget">Of the connection, which is filled up to that; 0: it never is.</param>
    /// <param name="streams">What is allowed at once.</param>
    /// <param name="headBytes">The most of a head.</param>
    public void Begin(int initialWindow, int windowTarget, int streams = int.MaxValue, int headBytes = int.MaxValue)
    {
        if (_isClient)
        {
            _output.Append(_preface);
        }

        _isAgreed = true;
        _announcedHeadBytes = headBytes;
        Announce(initialWindow, streams);
        _windowTarget = windowTarget;
        if (windowTarget > FirstWindow)
        {
            Grant();
        }
    }

    /// <summary>
    /// Another window for each stream, those that are there included, and other sizes of the table of fields, one behind the other.
    /// Nothing happens while what was last said is not agreed on.
    /// </summary>
    public void Announce(int initialWindow, int streams = int.MaxValue, params int[] tables)
    {
        if (!_isAgreed)
        {
            return;
        }

        _isAgreed = false;
        _output.Settings(initialWindow, streams, tables, _announcedHeadBytes);
        _announcedWindow = initialWindow;
        _announcedTables = tables;
        // A larger one may be in force before we hear of it, a smaller one only then.
        if (initialWindow > _initialWindow)
        {
            Shift(ref _initialWindow, initialWindow, static (stream, by) => stream.ReceiveWindow += by);
        }
    }

    /// <summary>A stream that begins now.</summary>
    public FrameStream Add(int id)
    {
        var stream = new FrameStream(id) { SendWindow = _peerInitialWindow, ReceiveWindow = _initialWindow, WindowTarget = _announcedWindow };
        Streams.Add(id, stream);
        return stream;
    }

    /// <summary>A head of these fields; the stream's body follows unless it is the end.</summary>
    public void SendHead(FrameStream stream, IEnumerable<(string Name, string Value, bool Keeps)> fields, bool isEnd)
    {
        foreach ((string name, string value, bool keeps) in fields)
        {
            _maker.Add(name, value, keeps);
        }

        Block(stream, isEnd);
        stream.IsSending |= !isEnd;
        stream.IsSent |= isEnd;
    }

    /// <summary>Sends what the windows allow of all bodies, a frame of each in turn.</summary>
    public void SendBodies()
    {
        bool moved = true;
        while (moved && _output is { UnsentBytes: < FullBytes, IsEnded: false })
        {
            moved = false;
            foreach (FrameStream stream in Streams.Values.ToArray())
            {
                moved |= Streams.ContainsKey(stream.Id) && SendPiece(stream);
            }
        }
    }

    public void Reset(FrameStream stream, ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, (int)code);
        Frame(FrameKind.RstStream, 0, stream.Id, payload);
        Forget(stream);
    }

    /// <summary>The stream is over for this side: what still comes on it is dropped.</summary>
    public void Forget(FrameStream stream)
    {
        Streams.Remove(stream.Id);
        _abandoned.Add(stream.Id);
    }

    /// <summary>Its end is not heard.</summary>
    public void Keep(FrameStream stream) => Streams.Add(stream.Id, stream);

    /// <summary>A stream that nobody looks at.</summary>
    public void Ignore(int id) => _abandoned.Add(id);

    /// <summary>The same, and the balancer is told.</summary>
    public void Refuse(int id) => Reset(new FrameStream(id), ErrorCode.RefusedStream);

    /// <summary>Both sides of it are whole: all that may still come is that the other one was not needed.</summary>
    public void Finish(FrameStream stream)
    {
        Streams.Remove(stream.Id);
        _finished.Add(stream.Id);
    }

    public void GoAway(int lastId, ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastId);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], (int)code);
        Frame(FrameKind.GoAway, 0, 0, payload);
    }

    public void Ping() => Frame(FrameKind.Ping, 0, 0, "anybody?"u8);

    /// <summary>Any frame, also one that should not be.</summary>
    public void Frame(FrameKind kind, byte flags, int id, ReadOnlySpan<byte> payload) => _output.Frame(kind, flags, id, payload);

    /// <summary>Ends both directions of work; returns when the sending coroutine has.</summary>
    public async LoopTask End()
    {
        _output.End();
        await _pumpEnded;
    }

    /// <summary>Sends what can be sent at once.</summary>
    public void Flush()
    {
        while (_output.SendSome() > 0)
        {
        }
    }

    /// <summary>Sends until <see cref="End"/>.</summary>
    public async LoopTask Send()
    {
        while (!_output.IsEnded)
        {
            await _output.Work;
            _output.Work.Reset();
            while (!_output.IsEnded && _output.SendSome() is >= 0 and var sent)
            {
                SendBodies();
                if (sent == 0)
                {
                    await _connection.WhenWritable();
                }
            }
        }

        _pumpEnded.Set();
    }

    /// <summary>Reads until the connection ends or what comes is no HTTP/2.</summary>
    public async LoopTask Receive()
    {
        _input.Begin();
        do
        {
            await _peer.BeforeReceive();
            await _connection.WhenReadable();
        }
        while (!_connection.IsClosed && _input.TryReceive() && TakeAll());
        _input.Release();
    }

    // False: it goes no further.
    private bool TakeAll()
    {
        while (_input.TryTake(out ReadOnlySpan<byte> frame))
        {
            int id = BinaryPrimitives.ReadInt32BigEndian(frame[5..]);
            if (WhyWrong((FrameKind)frame[3], frame[4], id, frame[HeaderBytes..]) is { } why)
            {
                return _world.Oracle.Violated($"{_peer} got {(FrameKind)frame[3]} on stream {id}: {why}");
            }

            if (_connection.IsClosed)
            {
                return false;
            }
        }

        SendBodies();
        return _input.Wrong is null || _world.Oracle.Violated($"{_peer} got {_input.Wrong}");
    }

    private string? WhyWrong(FrameKind kind, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        if (!_hasSettings && (kind != FrameKind.Settings || (flags & Ack) != 0))
        {
            return "the first frame is SETTINGS";
        }

        if (_block.Id != 0 && (kind != FrameKind.Continuation || id != _block.Id))
        {
            return "a field block is interrupted";
        }

        switch (kind)
        {
            case FrameKind.Data:
                return OnData(id, flags, payload);
            case FrameKind.Headers:
                _block.Begin(id, flags);
                return OnBlock(flags, Stripped(flags, payload), payload.Length);
            case FrameKind.Continuation:
                return _block.Id == 0 ? "there is nothing to continue" : OnBlock(flags, payload, payload.Length);
            case FrameKind.RstStream:
                return OnReset(id, BinaryPrimitives.ReadInt32BigEndian(payload));
            case FrameKind.Settings:
                OnSettings(flags, payload);
                return null;
            case FrameKind.Ping:
                if ((flags & Ack) == 0)
                {
                    Frame(FrameKind.Ping, Ack, 0, payload);
                }

                return null;
            case FrameKind.GoAway:
                _peer.OnGoAway(BinaryPrimitives.ReadInt32BigEndian(payload), BinaryPrimitives.ReadInt32BigEndian(payload[4..]));
                return null;
            case FrameKind.WindowUpdate:
                OnWindow(id, BinaryPrimitives.ReadInt32BigEndian(payload));
                return null;
            default:
                return "nobody asked for that";
        }
    }

    private static ReadOnlySpan<byte> Stripped(byte flags, ReadOnlySpan<byte> payload) =>
        (flags & Padded) != 0 ? payload[1..^payload[0]] : payload;

    private string? OnData(int id, byte flags, ReadOnlySpan<byte> payload)
    {
        _receiveWindow -= payload.Length;
        if (_receiveWindow < 0)
        {
            return $"{-_receiveWindow} bytes over the connection's window";
        }

        if (_windowTarget > 0 && _receiveWindow < _windowTarget / 2)
        {
            Grant();
        }

        if (!Streams.TryGetValue(id, out FrameStream? stream))
        {
            return _abandoned.Contains(id) ? null : "the stream is not there";
        }

        stream.ReceiveWindow -= payload.Length;
        stream.FrameBytes += HeaderBytes + payload.Length;
        if (stream.ReceiveWindow < 0)
        {
            return $"{-stream.ReceiveWindow} bytes over its window";
        }

        bool isEnd = (flags & EndStream) != 0;
        if (stream.IsReceived || stream.Head is null)
        {
            return "out of place";
        }

        stream.IsReceived = isEnd;
        TopUp(stream);
        _peer.OnData(stream, Stripped(flags, payload), isEnd);
        return null;
    }

    private string? OnBlock(byte flags, ReadOnlySpan<byte> piece, int payloadBytes)
    {
        _block.Add(piece, payloadBytes);
        if ((flags & EndHeaders) == 0)
        {
            return null;
        }

        int id = _block.Id;
        if (_taker.Take(_block.Take()) is not { } fields)
        {
            return "it is no field block";
        }

        bool isEnd = _block.IsEndOfStream;
        if (!Streams.TryGetValue(id, out FrameStream? stream))
        {
            stream = _abandoned.Contains(id) ? null : _peer.Open(id);
            if (stream is null)
            {
                return _abandoned.Contains(id) ? null : "the stream is not there";
            }
        }

        if (stream.IsReceived)
        {
            return "out of place";
        }

        // To clients it is advice, and trailers are sent whatever they come to.
        if (stream.Head is null && fields.Sum(field => field.Name.Length + field.Value.Length + FieldOverheadBytes) is var bytes && bytes > _headBytes)
        {
            return $"a head of {bytes} bytes, and {_headBytes} are the most";
        }

        stream.FrameBytes += _block.FrameBytes;
        stream.IsReceived = isEnd;
        _peer.OnFields(stream, MessageHead.Of(fields), isEnd);
        return null;
    }

    private string? OnReset(int id, int code)
    {
        if (Streams.Remove(id, out FrameStream? stream))
        {
            _peer.OnReset(stream, code);
            return null;
        }

        // A request may be given up while its answer is under way; an answer may be whole before its request.
        bool mayCome = _abandoned.Contains(id) || (_finished.Contains(id) && (!_isClient || code == (int)ErrorCode.NoError));
        return mayCome ? null : "the stream is not there";
    }

    private void OnSettings(byte flags, ReadOnlySpan<byte> payload)
    {
        _hasSettings = true;
        if ((flags & Ack) != 0)
        {
            _isAgreed = true;
            _headBytes = _isClient ? int.MaxValue : _world.MisremembersHead(_announcedHeadBytes);
            Shift(ref _initialWindow, _announcedWindow, static (stream, by) => stream.ReceiveWindow += by);
            foreach (int tableBytes in _announcedTables)
            {
                _taker.Limit(_world.Misremembers(tableBytes));
            }

            foreach (FrameStream stream in Streams.Values)
            {
                TopUp(stream);
            }

            return;
        }

        for (; payload.Length >= SettingBytes; payload = payload[SettingBytes..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case ConcurrentStreamsSetting:
                    PeerStreams = value;
                    break;
                case InitialWindowSetting:
                    Shift(ref _peerInitialWindow, (int)value, static (stream, by) => stream.SendWindow += by);
                    break;
            }
        }

        Frame(FrameKind.Settings, Ack, 0, []);
    }

    // Source: RFC 9113 §6.9.2.
    private void Shift(ref int initial, int next, Action<FrameStream, int> shift)
    {
        foreach (FrameStream stream in Streams.Values)
        {
            shift(stream, next - initial);
        }

        initial = next;
    }

    private void OnWindow(int id, int increment)
    {
        if (id == 0)
        {
            _sendWindow += increment;
        }
        else if (Streams.TryGetValue(id, out FrameStream? stream))
        {
            stream.SendWindow += increment;
        }
    }

    private void Grant()
    {
        WindowUpdate(0, (int)(_windowTarget - _receiveWindow));
        _receiveWindow = _windowTarget;
    }

    private void TopUp(FrameStream stream)
    {
        if (stream is { IsReceived: false, WindowTarget: > 0 } && stream.ReceiveWindow < (stream.WindowTarget + 1) / 2)
        {
            WindowUpdate(stream.Id, (int)(stream.WindowTarget - stream.ReceiveWindow));
            stream.ReceiveWindow = _world.ForgetsWindow() ? 0 : stream.WindowTarget;
        }
    }

    private void WindowUpdate(int id, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        Frame(FrameKind.WindowUpdate, 0, id, payload);
    }

    // True: there may be more.
    private bool SendPiece(FrameStream stream)
    {
        if (!stream.IsSending || stream.IsSent)
        {
            return false;
        }

        int left = stream.Body.Length - stream.SentBytes;
        bool isPadded = left > 0 && _loop.Random.Next(20) == 0;
        int padding = isPadded ? _loop.Random.Next(30) : 0;
        int overhead = isPadded ? 1 + padding : 0;
        long room = Math.Min(Math.Min(_sendWindow, stream.SendWindow), MaxFrameBytes) - overhead;
        int bytes = (int)Math.Clamp(room, 0, Math.Min(left, 1 + _loop.Random.Next(_loop.Random.Next(4) == 0 ? 300 : MaxFrameBytes)));
        if (left > 0 && bytes == 0)
        {
            return false;
        }

        bool isWhole = bytes == left;
        bool isEnd = isWhole && !stream.HoldsEnd && stream.Trailers.Count == 0;
        if (bytes > 0 || isEnd)
        {
            _sendWindow -= bytes + overhead;
            stream.SendWindow -= bytes + overhead;
            Data(stream, bytes, isPadded, padding, isEnd);
            stream.SentBytes += bytes;
        }

        if (isWhole && !stream.HoldsEnd && !isEnd)
        {
            foreach ((string name, string value) in stream.Trailers)
            {
                _maker.Add(name, value);
            }

            Block(stream, isEnd: !stream.TrailersLackEnd);
        }

        stream.IsSent = isWhole && !stream.HoldsEnd;
        stream.IsSending = !isWhole;
        _peer.OnSent(stream);
        return stream.IsSending;
    }

    private void Data(FrameStream stream, int bytes, bool isPadded, int padding, bool isEnd)
    {
        ReadOnlySpan<byte> content = stream.Body.AsSpan(stream.SentBytes, bytes);
        byte flags = isEnd ? EndStream : (byte)0;
        if (!isPadded)
        {
            Frame(FrameKind.Data, flags, stream.Id, content);
            return;
        }

        byte[] payload = new byte[1 + bytes + padding];
        payload[0] = (byte)padding;
        content.CopyTo(payload.AsSpan(1));
        Frame(FrameKind.Data, (byte)(flags | Padded), stream.Id, payload);
    }

    // In one frame, or in several.
    private void Block(FrameStream stream, bool isEnd) =>
        _output.FieldBlock(stream.Id, _maker.Take(), isEnd, pieces: _loop.Random.Next(8) == 0 ? 1 + _loop.Random.Next(4) : 1);
}
