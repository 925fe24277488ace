using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests;

/// <summary>
/// Holds the balancer to what RFC 9113 lets an endpoint send, whatever a test is about: every frame that comes to an
/// <see cref="Http2Peer"/> goes through it, and so does what that one says, for limits and windows are the peer's. Where frames may have
/// passed each other it allows what either order allows.
/// </summary>
internal sealed class Http2Referee(bool isOfTarget)
{
    private const int MaxWindow = int.MaxValue;

    // What each type's flags may be: there is no padding and no priority. Source: RFC 9113 §4.1, §6.
    private static readonly Dictionary<FrameType, int> _flags = new()
    {
        [FrameType.Data] = 1,
        [FrameType.Headers] = 5,
        [FrameType.RstStream] = 0,
        [FrameType.Settings] = 1,
        [FrameType.Ping] = 1,
        [FrameType.GoAway] = 0,
        [FrameType.WindowUpdate] = 0,
        [FrameType.Continuation] = 4,
    };

    private readonly List<byte> _said = [];
    private readonly Queue<Announced> _unheard = new();
    private readonly Queue<string> _pings = new();
    private readonly Dictionary<int, Stream> _streams = [];
    private Announced _inForce = new(Http2Limits.InitialWindowBytes, uint.MaxValue);
    private long _granted = Http2Limits.InitialWindowBytes;
    private long _used;
    private bool _greeted;
    private bool _isNoHttp2;
    private bool _hasSettings;
    private int _blockId;
    private int _lastOpened;
    private int _lastGoAway = int.MaxValue;

    /// <summary>The peer says something, right or wrong.</summary>
    public void Said(byte[] bytes)
    {
        _said.AddRange(bytes);
        Span<byte> said = CollectionsMarshal.AsSpan(_said);
        int at = 0;
        if (!_greeted && !isOfTarget && said.Length >= FrameReader.ClientPreface.Length)
        {
            _greeted = true;
            at = FrameReader.ClientPreface.Length;
            _isNoHttp2 = !said[..at].SequenceEqual(FrameReader.ClientPreface);
        }

        while ((_greeted || isOfTarget) && !_isNoHttp2 && said.Length - at >= FrameHeader.Bytes)
        {
            int length = (said[at] << 16) | (said[at + 1] << 8) | said[at + 2];
            if (said.Length - at < FrameHeader.Bytes + length)
            {
                break;
            }

            int id = BinaryPrimitives.ReadInt32BigEndian(said[(at + 5)..]) & MaxWindow;
            Say((FrameType)said[at + 3], said[at + 4], id, said.Slice(at + FrameHeader.Bytes, length));
            at += FrameHeader.Bytes + length;
        }

        _said.RemoveRange(0, at);
    }

    /// <summary>A frame has come from the balancer.</summary>
    /// <param name="id">With its reserved bit.</param>
    public void Came(FrameType type, byte flags, int id, byte[] payload)
    {
        Assert.True(_flags.ContainsKey(type), $"§6: a frame of type {type}");
        Assert.True((flags & ~_flags[type]) == 0, $"§4.1: flags {flags:x2} of {type}");
        Assert.True(id >= 0, "§4.1: the reserved bit");
        Assert.True(payload.Length <= Http2Limits.FrameBytes, $"§4.1: a frame of {payload.Length} bytes");
        Assert.True(_hasSettings || (type == FrameType.Settings && (flags & 1) == 0), "§3.4: first are the settings");
        Assert.True(_blockId == 0 || (type == FrameType.Continuation && id == _blockId), "§4.3: a field block is interrupted");
        Assert.True(type == FrameType.WindowUpdate || (id == 0) == type is FrameType.Settings or FrameType.Ping or FrameType.GoAway, "§6: its stream");
        switch (type)
        {
            case FrameType.Data:
                TakeData(id, (flags & 1) != 0, payload.Length);
                break;
            case FrameType.Headers:
                BeginBlock(id, (flags & 1) != 0);
                _blockId = (flags & 4) == 0 ? id : 0;
                break;
            case FrameType.Continuation:
                Assert.True(_blockId != 0, "§6.10: nothing is continued");
                _blockId = (flags & 4) == 0 ? id : 0;
                break;
            case FrameType.RstStream:
                Assert.True((id & 1) == 1 && id <= _lastOpened, "§6.4: the reset of an idle stream");
                Of(id).IsReset = true;
                break;
            case FrameType.Settings:
                TakeSettings((flags & 1) != 0, payload);
                break;
            case FrameType.Ping:
                Assert.True(payload.Length == 8, "§6.7");
                Assert.True((flags & 1) == 0 || (_pings.TryDequeue(out string? asked) && asked == Convert.ToHexString(payload)), "§6.7: what is answered is what was asked");
                break;
            case FrameType.GoAway:
                int last = BinaryPrimitives.ReadInt32BigEndian(payload);
                Assert.True(last >= 0 && last <= _lastGoAway, $"§6.8: {last} after {_lastGoAway}");
                Assert.True(!isOfTarget || last == 0, "§6.8: a target opens no streams");
                _lastGoAway = last;
                break;
            default:
                Assert.True(BinaryPrimitives.ReadInt32BigEndian(payload) > 0, "§6.9: an increment");
                Assert.True(id == 0 || !Of(id).IsReset, "§5.1: a window of a stream that is reset");
                break;
        }
    }

    /// <summary>A field block is whole: <c>name: value</c> and a line end each.</summary>
    public void CameBlock(int id, string fields)
    {
        Stream stream = Of(id);
        string[] lines = fields.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bool isTrailers = stream.HasHead;
        string[] pseudo = [.. lines.TakeWhile(static line => line[0] == ':').Select(NameOf)];
        string[] expected = isTrailers ? [] : isOfTarget ? [":method", ":scheme", ":authority", ":path"] : [":status"];
        Assert.True(pseudo.Distinct().Count() == pseudo.Length && pseudo.All(expected.Contains), $"§8.3: {fields}");
        Assert.True(pseudo.Length >= (isTrailers ? 0 : isOfTarget ? 3 : 1), $"§8.3.1, §8.3.2: {fields}");
        foreach (string line in lines.Skip(pseudo.Length))
        {
            string name = NameOf(line);
            string value = line[(name.Length + 2)..];
            Assert.True(name.Length > 0 && !name.Any(static c => c is <= ' ' or (>= 'A' and <= 'Z') or ':' or >= '\x7f'), $"§8.2.1: {line}");
            Assert.True(!value.Any(static c => c is '\0' or '\r') && value.Trim(' ', '\t') == value, $"§8.2.1: {line}");
            Assert.False(name is "connection" or "proxy-connection" or "keep-alive" or "transfer-encoding" or "upgrade", $"§8.2.2: {line}");
            Assert.True(name != "te" || (isOfTarget && value == "trailers"), $"§8.2.2: {line}");
        }

        Assert.False(lines[0] == ":status: 101", "§8.6");
        bool isInterim = !isOfTarget && lines[0].StartsWith(":status: 1", StringComparison.Ordinal);
        Assert.True(isInterim ? !stream.IsEnded : !isTrailers || stream.IsEnded, "§8.1: what ends the stream");
        stream.HasHead |= !isInterim;
        if (!isTrailers && lines.FirstOrDefault(static line => line.StartsWith("content-length: ", StringComparison.Ordinal)) is { } length)
        {
            stream.Length = long.Parse(length["content-length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private void Say(FrameType type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Headers or FrameType.Data:
                Stream said = Of(id);
                said.IsOpened |= !isOfTarget && type == FrameType.Headers && (id & 1) == 1;
                _lastOpened = said.IsOpened ? Math.Max(id, _lastOpened) : _lastOpened;
                said.PeerEnded |= (flags & 1) != 0;
                break;
            case FrameType.RstStream:
                Of(id).PeerEnded = Of(id).PeerReset = true;
                break;
            case FrameType.Settings when (flags & 1) == 0:
                _unheard.Enqueue(Announced.Read(payload, _unheard.Count > 0 ? _unheard.Last() : _inForce));
                break;
            case FrameType.Ping when (flags & 1) == 0:
                _pings.Enqueue(Convert.ToHexString(payload));
                break;
            case FrameType.WindowUpdate when payload.Length == 4:
                int increment = BinaryPrimitives.ReadInt32BigEndian(payload) & MaxWindow;
                _granted += id == 0 ? increment : 0;
                Of(id).Granted += increment;
                break;
            default:
                break;
        }
    }

    private Stream Of(int id) => _streams.TryGetValue(id, out Stream? stream) ? stream : _streams[id] = new Stream();

    private void BeginBlock(int id, bool ends)
    {
        if (isOfTarget && id > _lastOpened)
        {
            Assert.True((id & 1) == 1, "§5.1.1: streams of clients are odd");
            _lastOpened = id;
            Of(id).IsOpened = true;
            int open = _streams.Values.Count(static stream => stream.IsOpen);
            Assert.True(open <= Allowed(static announced => announced.MaxStreams), $"§5.1.2: {open} streams at once");
        }

        Assert.True(Of(id).IsOpened, "§5.1: HEADERS on an idle stream");
        Assert.True(Of(id) is { IsEnded: false, IsReset: false }, "§5.1: HEADERS on a stream that is ended");
        Of(id).IsEnded = ends;
    }

    private void TakeData(int id, bool ends, int bytes)
    {
        Stream stream = Of(id);
        Assert.True(stream is { HasHead: true, IsEnded: false, IsReset: false }, "§5.1, §8.1: DATA where none may be");
        stream.Used += bytes;
        _used += bytes;
        Assert.True(
            bytes == 0 || (stream.Used <= stream.Granted + Allowed(static announced => announced.InitialWindow) && _used <= _granted),
            $"§6.9.1: {stream.Used} bytes on stream {id}, {_used} in all");
        stream.IsEnded = ends;
        Assert.True(!ends || stream.Used == 0 || stream.Length is -1 || stream.Length == stream.Used, "§8.1.1: content-length");
    }

    private void TakeSettings(bool isAck, byte[] payload)
    {
        _hasSettings = true;
        if (isAck)
        {
            Assert.True(payload.Length == 0 && _unheard.Count > 0, "§6.5: an acknowledgement");
            _inForce = _unheard.Dequeue();
            return;
        }

        Assert.True(payload.Length % 6 == 0, "§6.5");
        for (int at = 0; at < payload.Length; at += 6)
        {
            SettingId id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at));
            Assert.True(id != SettingId.EnablePush || BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at + 2)) == 0, "§6.5.2: push");
        }
    }

    // Of what may be in force there: what was acknowledged, and what is on its way.
    private long Allowed(Func<Announced, long> which) => Math.Max(which(_inForce), _unheard.Select(which).DefaultIfEmpty(0).Max());

    private static string NameOf(string line) => line[..line.IndexOf(": ", StringComparison.Ordinal)];

    private sealed record Announced(long InitialWindow, long MaxStreams)
    {
        public static Announced Read(ReadOnlySpan<byte> settings, Announced before)
        {
            for (int at = 0; at + 6 <= settings.Length; at += 6)
            {
                uint value = BinaryPrimitives.ReadUInt32BigEndian(settings[(at + 2)..]);
                before = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(settings[at..]) switch
                {
                    SettingId.InitialWindowSize => before with { InitialWindow = value },
                    SettingId.MaxConcurrentStreams => before with { MaxStreams = value },
                    _ => before,
                };
            }

            return before;
        }
    }

    private sealed class Stream
    {
        public long Granted { get; set; }

        public long Used { get; set; }

        public long Length { get; set; } = -1;

        public bool IsOpened { get; set; }

        public bool HasHead { get; set; }

        public bool IsEnded { get; set; }

        public bool IsReset { get; set; }

        public bool PeerEnded { get; set; }

        public bool PeerReset { get; set; }

        public bool IsOpen => IsOpened && !IsReset && !PeerReset && !(IsEnded && PeerEnded);
    }
}
