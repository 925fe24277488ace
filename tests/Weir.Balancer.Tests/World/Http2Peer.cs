using System.Buffers.Binary;
using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Balancer.Tests;

/// <summary>
/// A client or a target that speaks HTTP/2 as a test says, and keeps what comes. It takes frames apart on its own, the plain way, and
/// what they are is for <see cref="Http2Referee"/> to judge. Unless told otherwise it lets the balancer send as much as it wants to.
/// </summary>
internal sealed class Http2Peer
{
    private const int MaxPiece = 16 * 1024;

    private readonly BalancerWorld _world;
    private readonly HpackEncoder _encoder = new();
    private readonly HpackDecoder _decoder = new(maxFieldBytes: 256 * 1024);
    private readonly Dictionary<int, Http2Answer> _answers = [];
    private readonly Dictionary<int, int> _sent = [];
    private readonly HashSet<int> _ended = [];
    private readonly List<byte> _unread = [];
    private readonly Http2Referee _referee;
    private string _block = "";
    private int _nextId = 1;
    private int _prefaceBytes;

    public Http2Peer(BalancerWorld world, bool greets = true, int loop = 0)
    {
        _world = world;
        Bytes = world.Connect(Http2Door.PortOf(loop));
        _referee = new Http2Referee(isOfTarget: false);
        Bytes.Heard = _referee.Said;
        if (greets)
        {
            Bytes.Send(FrameReader.ClientPreface.ToArray());
            Frame(FrameType.Settings, 0, 0, []);
        }
    }

    private Http2Peer(BalancerWorld world, Peer bytes, bool isTarget)
    {
        _world = world;
        Bytes = bytes;
        _referee = new Http2Referee(isTarget);
        bytes.Heard = _referee.Said;
    }

    /// <summary>A target, on a connection that the balancer has made.</summary>
    public static Http2Peer OfTarget(BalancerWorld world, Peer bytes, bool greets = true)
    {
        var target = new Http2Peer(world, bytes, isTarget: true) { _prefaceBytes = FrameReader.ClientPreface.Length };
        if (greets)
        {
            target.Frame(FrameType.Settings, 0, 0, []);
        }

        return target;
    }

    /// <summary>A client, on a connection that it has made.</summary>
    public static Http2Peer OfClient(BalancerWorld world, Peer bytes)
    {
        var client = new Http2Peer(world, bytes, isTarget: false);
        bytes.Send(FrameReader.ClientPreface.ToArray());
        client.Frame(FrameType.Settings, 0, 0, []);
        return client;
    }

    /// <summary>The connection.</summary>
    public Peer Bytes { get; }

    /// <summary>False: windows grow only as the test says.</summary>
    public bool GivesWindow { get; set; } = true;

    public List<(int LastId, Http2ErrorCode Code)> GoAways { get; } = [];

    public List<(int Id, int Increment)> WindowUpdates { get; } = [];

    public int SettingsAcks { get; private set; }

    /// <summary>Octets of PING that came, and of answers to the client's.</summary>
    public List<string> Pings { get; } = [];

    public List<string> PingAcks { get; } = [];

    public List<(FrameType Type, int Id)> Order { get; } = [];

    public void Frame(FrameType type, byte flags, int id, ReadOnlySpan<byte> payload) => Bytes.Send(Framed(type, flags, id, payload));

    public static byte[] Framed(FrameType type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Bytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | (byte)type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame.AsSpan(FrameHeader.Bytes));
        return frame;
    }

    /// <summary>A field block of lines <c>name: value</c>.</summary>
    public byte[] Block(string fields) => Block(_encoder, fields);

    public static byte[] Block(HpackEncoder encoder, string fields)
    {
        byte[] room = new byte[256 * 1024];
        var block = new FieldBlockWriter(encoder, room);
        foreach (string line in fields.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(": ", 1, StringComparison.Ordinal);
            Assert.True(block.TryAppend(Encoding.Latin1.GetBytes(line[..colon]), Encoding.Latin1.GetBytes(line[(colon + 2)..])));
        }

        return block.Written.ToArray();
    }

    /// <summary>Opens the next stream with a request of these fields.</summary>
    public int Request(string fields, bool ends = true)
    {
        int id = _nextId;
        _nextId += 2;
        Headers(id, Block(fields), ends);
        return id;
    }

    public int Get(string path = "/", string more = "") =>
        Request($":method: GET\n:scheme: https\n:authority: example.com\n:path: {path}\n{more}");

    /// <summary>As a target: waits for the next request, and gives the number of its stream.</summary>
    public int NextRequest()
    {
        int id = _nextId;
        Until(() => At(id).Blocks.Count > 0, $"a request on stream {id}");
        _nextId += 2;
        return id;
    }

    /// <summary>As a target: there is a request that was not looked at.</summary>
    public bool HasRequest => At(_nextId).Blocks.Count > 0;

    /// <summary>As a target: waits for the next request, whole, and answers it.</summary>
    public int Answer(string fields = ":status: 200\n", string body = "")
    {
        int id = NextRequest();
        Until(() => At(id).IsEnded, $"the end of the request on stream {id}");
        Respond(id, fields, body);
        return id;
    }

    /// <summary>As a target: an answer that is whole.</summary>
    public void Respond(int id, string fields = ":status: 200\n", string body = "")
    {
        Headers(id, Block(fields), ends: body.Length == 0);
        if (body.Length > 0)
        {
            Data(id, body, ends: true);
        }
    }

    public void GoAway(int lastId, Http2ErrorCode code = Http2ErrorCode.NoError) =>
        Frame(FrameType.GoAway, 0, 0, [.. Number((uint)lastId), .. Number((uint)code)]);

    /// <summary>With a body that follows.</summary>
    public int Post(string more = "") =>
        Request($":method: POST\n:scheme: https\n:authority: example.com\n:path: /post\n{more}", ends: false);

    public void Headers(int id, ReadOnlySpan<byte> block, bool ends)
    {
        bool isFirst = true;
        do
        {
            ReadOnlySpan<byte> piece = block[..Math.Min(block.Length, MaxPiece)];
            block = block[piece.Length..];
            Frame(
                isFirst ? FrameType.Headers : FrameType.Continuation,
                (byte)((isFirst && ends ? 1 : 0) | (block.IsEmpty ? 4 : 0)),
                id,
                piece);
            isFirst = false;
        }
        while (!block.IsEmpty);
    }

    public void Data(int id, string data, bool ends = false)
    {
        _sent[id] = _sent.GetValueOrDefault(id) + data.Length;
        if (ends)
        {
            _ended.Add(id);
        }

        Frame(FrameType.Data, (byte)(ends ? 1 : 0), id, Encoding.Latin1.GetBytes(data));
    }

    /// <summary>It has ended the stream with its last DATA.</summary>
    public bool IsSent(int id) => _ended.Contains(id);

    /// <summary>What the balancer lets it send on a stream, as far as it has heard.</summary>
    public int WindowOf(int id)
    {
        Look();
        return Http2Limits.InitialWindowBytes - _sent.GetValueOrDefault(id)
            + WindowUpdates.Where(update => update.Id == id).Sum(update => update.Increment);
    }

    public void Reset(int id, Http2ErrorCode code = Http2ErrorCode.Cancel) => Frame(FrameType.RstStream, 0, id, Number((uint)code));

    public void WindowUpdate(int id, int increment) => Frame(FrameType.WindowUpdate, 0, id, Number((uint)increment));

    public void Setting(SettingId id, uint value)
    {
        byte[] setting = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(setting, (ushort)id);
        BinaryPrimitives.WriteUInt32BigEndian(setting.AsSpan(2), value);
        Frame(FrameType.Settings, 0, 0, setting);
    }

    public void Ping(string octets, bool isAck = false) => Frame(FrameType.Ping, (byte)(isAck ? 1 : 0), 0, Encoding.Latin1.GetBytes(octets));

    /// <summary>Streams on which something has come.</summary>
    public int[] Ids
    {
        get
        {
            Look();
            return [.. _answers.Keys];
        }
    }

    /// <summary>What has come on a stream so far.</summary>
    public Http2Answer At(int id)
    {
        Look();
        return _answers.TryGetValue(id, out Http2Answer? answer) ? answer : _answers[id] = new Http2Answer();
    }

    /// <summary>Waits for the end of a stream, whichever.</summary>
    public Http2Answer Read(int id, TimeSpan? limit = null)
    {
        _world.Until(() => At(id) is { IsEnded: true } or { Reset: not null } || Bytes.Ended, $"the end of stream {id}", limit);
        Assert.True(At(id) is { IsEnded: true } or { Reset: not null }, $"the connection ended before stream {id}");
        return At(id);
    }

    public void Until(Func<bool> condition, string what, TimeSpan? limit = null) => _world.Until(
        () =>
        {
            Look();
            return condition();
        },
        what,
        limit);

    /// <summary>Waits for the connection's end, and gives the last GOAWAY.</summary>
    public (int LastId, Http2ErrorCode Code) ReadGoAway(TimeSpan? limit = null)
    {
        _world.Until(() => Bytes.Ended, "the end of the connection", limit);
        Look();
        return GoAways[^1];
    }

    /// <summary>Takes the frames that have come.</summary>
    public void Look()
    {
        _unread.AddRange(Encoding.Latin1.GetBytes(Bytes.Take()));
        if (_prefaceBytes > 0 && _unread.Count >= _prefaceBytes)
        {
            Assert.Equal(FrameReader.ClientPreface.ToArray(), _unread.Take(_prefaceBytes));
            _unread.RemoveRange(0, _prefaceBytes);
            _prefaceBytes = 0;
        }
        else if (_prefaceBytes > 0)
        {
            return;
        }

        while (_unread.Count >= FrameHeader.Bytes)
        {
            byte[] bytes = [.. _unread.Take(FrameHeader.Bytes)];
            int length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
            if (_unread.Count < FrameHeader.Bytes + length)
            {
                return;
            }

            byte[] payload = [.. _unread.Skip(FrameHeader.Bytes).Take(length)];
            _unread.RemoveRange(0, FrameHeader.Bytes + length);
            Take((FrameType)bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)), payload);
        }
    }

    private void Take(FrameType type, byte flags, int id, byte[] payload)
    {
        _referee.Came(type, flags, id, payload);
        Order.Add((type, id));
        Http2Answer? answer = null;
        if (id != 0 && !_answers.TryGetValue(id, out answer))
        {
            answer = _answers[id] = new Http2Answer();
        }

        switch (type)
        {
            case FrameType.Headers or FrameType.Continuation:
                answer!.Bytes += FrameHeader.Bytes + payload.Length;
                answer.IsEnded |= type == FrameType.Headers && (flags & 1) != 0;
                _block += Encoding.Latin1.GetString(payload);
                if ((flags & 4) != 0)
                {
                    answer.Blocks.Add(Decode());
                    _referee.CameBlock(id, answer.Blocks[^1]);
                }

                break;
            case FrameType.Data:
                Assert.False(answer!.IsEnded, "nothing follows END_STREAM");
                answer.Bytes += FrameHeader.Bytes + payload.Length;
                answer.Body += Encoding.Latin1.GetString(payload);
                answer.Pieces.Add(payload.Length);
                answer.IsEnded |= (flags & 1) != 0;
                if (GivesWindow && payload.Length > 0)
                {
                    WindowUpdate(0, payload.Length);
                    if (!answer.IsEnded)
                    {
                        WindowUpdate(id, payload.Length);
                    }
                }

                break;
            case FrameType.RstStream:
                answer!.Reset = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload);
                break;
            case FrameType.GoAway:
                GoAways.Add((
                    BinaryPrimitives.ReadInt32BigEndian(payload), (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4))));
                break;
            case FrameType.WindowUpdate:
                WindowUpdates.Add((id, BinaryPrimitives.ReadInt32BigEndian(payload)));
                break;
            case FrameType.Settings when (flags & 1) != 0:
                SettingsAcks++;
                break;
            case FrameType.Settings:
                Frame(FrameType.Settings, 1, 0, []);
                break;
            case FrameType.Ping:
                ((flags & 1) != 0 ? PingAcks : Pings).Add(Encoding.Latin1.GetString(payload));
                break;
            default:
                Assert.Fail($"a frame that no server sends: {type}");
                break;
        }
    }

    private string Decode()
    {
        var section = new FieldSection(1 << 20);
        section.Begin(new byte[1 << 20]);
        Assert.Equal(HpackStatus.Complete, _decoder.Decode(Encoding.Latin1.GetBytes(_block), true, section, out _));
        _block = "";
        var text = new StringBuilder();
        for (int i = 0; i < section.Count; i++)
        {
            // One behind the other: a length of its own has no room for a value over 64 K.
            int end = i + 1 < section.Count ? section[i + 1].NameOffset : section.UsedBytes;
            text.Append(Encoding.Latin1.GetString(section.Name(i))).Append(": ")
                .Append(Encoding.Latin1.GetString(section.Buffer.AsSpan(section[i].ValueOffset..end))).Append('\n');
        }

        return text.ToString();
    }

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
