using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>HTTP/2 on a connection of a <see cref="ScriptedTarget"/>: frames as a server writes them, and the client's requests. Owned by its script.</summary>
internal sealed class Http2Target(ScriptedConnection connection)
{
    private readonly HpackEncoder _encoder = new();
    private readonly HpackDecoder _decoder = new();
    private FrameReader _frames = FrameReader.ForServer();
    private byte[] _unread = [];
    private bool _isAnswered;

    /// <summary>What came besides requests: `Settings`, `Settings ACK`, `Ping ACK`, in order.</summary>
    public List<string> Others { get; } = [];

    /// <summary>The target's SETTINGS, which come before everything else.</summary>
    public Task Greet(params (SettingId Id, uint Value)[] settings) => Send((ref FrameWriter writer) => writer.AppendSettings(settings));

    /// <summary>
    /// Those that the probe opens before it leaves any idle, where it waits for no silent ones: one that finds the address, two first
    /// answers, one on which requests are counted.
    /// </summary>
    public const int Busy = 4;

    /// <summary>The next request, as of <see cref="ScriptedConnection.ReadUntilIdle"/>.</summary>
    public async Task<(int StreamId, string Fields)?> ReadUntilIdle(TimeSpan idle, int busy = Busy)
    {
        (int StreamId, string Fields)? request = await ReadRequest(_isAnswered && connection.Number > busy ? idle : Timeout.InfiniteTimeSpan);
        _isAnswered = true;
        return request;
    }

    /// <summary>The next request as `name: value` lines; null if the probe closed, or none came in time.</summary>
    public async Task<(int StreamId, string Fields)?> ReadRequest(TimeSpan limit)
    {
        while (true)
        {
            if (Next() is { } request)
            {
                return request;
            }

            if (await connection.Read(limit) is not { } bytes)
            {
                return null;
            }

            _unread = [.. _unread, .. bytes];
        }
    }

    /// <summary>200 with a body of "ok".</summary>
    public Task Answer(int streamId, string server = "scripted") => Send((ref FrameWriter writer) =>
    {
        var block = new FieldBlockWriter(_encoder, new byte[1024]);
        Assert.True(block.TryAppendStatus(200) && block.TryAppend("server"u8, Encoding.ASCII.GetBytes(server)));
        writer.AppendFieldBlock(streamId, block.Written, isEndStream: false, Http2Limits.FrameBytes);
        writer.AppendDataHeader(streamId, 2, isEndStream: true);
    }, "ok"u8.ToArray());

    public Task SayGoAway(int lastStreamId, Http2ErrorCode code = Http2ErrorCode.NoError) =>
        Send((ref FrameWriter writer) => writer.AppendGoAway(lastStreamId, code));

    public Task Reset(int streamId, Http2ErrorCode code) => Send((ref FrameWriter writer) => writer.AppendRstStream(streamId, code));

    public Task Ping() => Send((ref FrameWriter writer) => writer.AppendPing("12345678"u8, isAck: false));

    private delegate void Writing(ref FrameWriter writer);

    private Task Send(Writing write, byte[]? content = null)
    {
        byte[] bytes = new byte[4096];
        var writer = new FrameWriter(bytes);
        write(ref writer);
        return connection.Send([.. bytes.AsSpan(0, writer.Length), .. content ?? []]);
    }

    private (int StreamId, string Fields)? Next()
    {
        while (true)
        {
            FrameStep step = _frames.Read(_unread);
            byte[] stretch = _unread[step.Offset..(step.Offset + step.Length)];
            _unread = _unread[step.Consumed..];
            FrameHeader header = _frames.Header;
            if (step.Status == FrameStatus.NeedMore)
            {
                return null;
            }

            Assert.True(step.Status is FrameStatus.Frame or FrameStatus.Content, $"{step.Status} {_frames.Fault}");
            if (step.Status == FrameStatus.Frame && header.Type != FrameType.Headers)
            {
                Others.Add($"{header.Type}{(header.IsAck ? " ACK" : "")}");
            }
            else if (step.Status == FrameStatus.Content && header.Type == FrameType.Headers)
            {
                return (header.StreamId, Decode(stretch));
            }
        }
    }

    private string Decode(byte[] block)
    {
        var section = new FieldSection();
        section.Begin(new byte[16 * 1024]);
        Assert.Equal(HpackStatus.Complete, _decoder.Decode(block, isLast: true, section, out _));
        return string.Join('\n', Enumerable.Range(0, section.Count).Select(
            index => $"{Encoding.Latin1.GetString(section.Name(index))}: {Encoding.Latin1.GetString(section.Value(index))}"));
    }
}
