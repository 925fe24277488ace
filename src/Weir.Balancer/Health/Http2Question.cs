using System.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What one health check asks over HTTP/2 on a connection of its own: GET, or a call by gRPC with an empty message, and what it is
/// told. Source: ALB user guide, health checks; gRPC over HTTP2.
/// </summary>
internal sealed class Http2Question(Connection connection, bool isGrpc) : Http2FrameInput(isFromServer: true)
{
    /// <summary>No answer, or none that has a code.</summary>
    public const int NoCode = -1;

    private const int StreamId = 1;
    private const int InputBytes = 16 * 1024;
    private const int RequestBytes = 4 * 1024;

    // Not compressed, and no bytes.
    private static readonly byte[] _emptyMessage = new byte[5];

    private readonly Http1Input _input = new(connection);
    private readonly FieldBlockInput _block = FieldBlockInput.OfTarget(connection.Loop.Buffers);
    private readonly ResponseHead _head = new();
    private readonly PeerSettings _settings = new();
    private bool _hasHead;
    private bool _endsStream;
    private bool _isOver;
    private int _code = NoCode;

    /// <summary>The status code, or with gRPC the grpc-status; <see cref="NoCode"/>.</summary>
    public async LoopTask<int> Ask(string path, string host, bool isTls)
    {
        byte[] request = Compose(path, host, isTls);
        if (connection.Send(request) == request.Length)
        {
            while (!_isOver && await connection.WhenReadable() == Wake.Ready && !connection.IsClosed)
            {
                int n = _input.Receive(InputBytes, 0, long.MaxValue);
                if (n == Connection.Ended)
                {
                    break;
                }

                Read(_input);
            }
        }

        _input.Release();
        _block.Release();
        return _code;
    }

    private byte[] Compose(string path, string host, bool isTls)
    {
        byte[] fields = new byte[RequestBytes];
        var block = new FieldBlockWriter(new HpackEncoder(), fields);
        _ = block.TryAppend(":method"u8, isGrpc ? "POST"u8 : "GET"u8)
            && block.TryAppend(":scheme"u8, isTls ? "https"u8 : "http"u8)
            && block.TryAppend(":authority"u8, Encoding.ASCII.GetBytes(host))
            && block.TryAppend(":path"u8, Encoding.ASCII.GetBytes(path))
            && block.TryAppend("user-agent"u8, "ELB-HealthChecker/2.0"u8)
            && (isGrpc
                ? block.TryAppend("content-type"u8, "application/grpc"u8) && block.TryAppend("te"u8, "trailers"u8)
                : block.TryAppend("accept-encoding"u8, "gzip, compressed"u8));

        byte[] bytes = new byte[RequestBytes * 2];
        var writer = new FrameWriter(bytes);
        writer.AppendClientPreface();
        writer.AppendSettings([(SettingId.EnablePush, 0), (SettingId.MaxHeaderListSize, HttpLimits.ResponseHeadersBytes)]);
        writer.AppendFieldBlock(StreamId, block.Written, !isGrpc, Http2Limits.FrameBytes);
        int length = writer.Length;
        if (isGrpc)
        {
            var data = new FrameWriter(bytes.AsSpan(length));
            data.AppendDataHeader(StreamId, _emptyMessage.Length, isEndStream: true);
            length += data.Length;
            _emptyMessage.CopyTo(bytes.AsSpan(length));
            length += _emptyMessage.Length;
        }

        return bytes[..length];
    }

    protected override bool IsOver => _isOver;

    protected override long NowMs => connection.Loop.NowMs;

    protected override void FailStream(int id, Http2Fault fault) => _isOver = true;

    protected override void FailConnection(Http2Fault fault) => _isOver = true;

    protected override void Begin(ReadOnlySpan<byte> fields)
    {
        FrameHeader header = Header;
        switch (header.Type)
        {
            case FrameType.Headers:
                _endsStream = header.IsEndStream;
                _isOver |= header.StreamId != StreamId;
                _block.Begin();
                break;
            case FrameType.Data:
                // What it says is of no interest, and what it does not say in one window is not waited for.
                _isOver |= header.IsEndStream || header.StreamId != StreamId || !_hasHead;
                break;
            case FrameType.WindowUpdate:
                _isOver |= header.StreamId is not (0 or StreamId);
                break;
            case FrameType.RstStream:
                _isOver = true;
                break;
            case FrameType.GoAway:
                _isOver |= FrameFields.LastStreamId(fields) < StreamId;
                break;
            case FrameType.Ping when !header.IsAck:
                Span<byte> answer = stackalloc byte[FrameHeader.Bytes + FrameFields.PingBytes];
                var ping = new FrameWriter(answer);
                ping.AppendPing(fields, isAck: true);
                Send(answer[..ping.Length]);
                break;
            default:
                break;
        }
    }

    protected override void Continue(ReadOnlySpan<byte> content, bool isEnd)
    {
        FrameHeader header = Header;
        if (header.Type is FrameType.Headers or FrameType.Continuation)
        {
            bool isLast = isEnd && header.IsEndHeaders;
            _isOver |= !_block.TryRead(content, isLast);
            if (isLast && !_isOver)
            {
                ReadFields(_block.Section);
                _block.Release();
            }
        }
        else if (header.Type == FrameType.Settings && !header.IsAck)
        {
            _isOver |= _settings.Apply(content, isFromServer: true) != Http2Fault.None;
            if (!isEnd || _isOver)
            {
                return;
            }

            Span<byte> answer = stackalloc byte[FrameHeader.Bytes];
            var settings = new FrameWriter(answer);
            settings.AppendSettingsAck();
            Send(answer[..settings.Length]);
        }
    }

    private void ReadFields(FieldSection section)
    {
        bool isTrailers = _hasHead;
        MessageFault fault = !isTrailers ? ResponseReader.Read(section, _head, isGrpc ? RequestMethod.Post : RequestMethod.Get, _endsStream, 0)
            : _endsStream ? TrailerReader.Check(section)
            : MessageFault.TrailersWithoutEnd;
        if (section.IsTooLarge || fault != MessageFault.None)
        {
            _isOver = true;
            return;
        }

        if (!isTrailers && _head.IsInterim)
        {
            return;
        }

        _hasHead = true;
        // An answer of another code than 200 is none of gRPC's, and no matcher of grpc-status has such a code.
        _code = !isGrpc || _head.StatusCode != 200 ? _head.StatusCode : GrpcStatusIn(section);
        _isOver = _code != NoCode || _endsStream;
    }

    private static int GrpcStatusIn(FieldSection section)
    {
        for (int i = 0; i < section.Count; i++)
        {
            if (section.Name(i).SequenceEqual("grpc-status"u8))
            {
                return System.Buffers.Text.Utf8Parser.TryParse(section.Value(i), out int code, out int length)
                    && length == section.Value(i).Length && code >= 0 ? code : NoCode;
            }
        }

        return NoCode;
    }

    private void Send(ReadOnlySpan<byte> bytes) => _isOver |= connection.Send(bytes) != bytes.Length;
}
