using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Weir.Http;

namespace Weir.Diagnosis;

/// <summary>
/// One connection of HTTP/1.1 that sends requests when it is told to, and says how each was answered and how the connection ended.
/// Owned by whoever connects it; it never retries.
/// </summary>
internal sealed class LaboratoryClient : ILaboratoryClient
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly string _host;
    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    private LaboratoryClient(Socket socket, Stream stream, IPEndPoint peer)
    {
        _socket = socket;
        _stream = stream;
        _host = peer.ToString();
    }

    /// <summary>Throws as <see cref="LaboratoryConnection.Connect"/> does.</summary>
    public static async Task<LaboratoryClient> Connect(IPEndPoint peer, CancellationToken cancel)
    {
        (Socket socket, Stream stream) = await LaboratoryConnection.Connect(peer, null, cancel);
        return new LaboratoryClient(socket, stream, peer);
    }

    /// <summary>As above, with TLS 1.2 on top, as in the story, to the laboratory's own balancer.</summary>
    public static async Task<LaboratoryClient> ConnectTls(IPEndPoint peer, CancellationToken cancel)
    {
        (Socket socket, Stream stream) = await LaboratoryConnection.Connect(
            peer, LaboratoryTls.AsClient(SslProtocols.Tls12, "localhost"), cancel);
        return new LaboratoryClient(socket, stream, peer);
    }

    /// <summary>Straight to a target, as a balancer connects to it: with TLS if it speaks that. Throws as the others do.</summary>
    public static async Task<LaboratoryClient> ConnectToTarget(IPEndPoint target, bool isTls, CancellationToken cancel)
    {
        (Socket socket, Stream stream) = await LaboratoryConnection.Connect(target, isTls ? LaboratoryTls.AsClient() : null, cancel);
        return new LaboratoryClient(socket, stream, target);
    }

    public void Send(string method, string path) => Send(method, path, asksForKeepAlive: false);

    /// <summary>Puts a request onto the connection, at once and in one piece. What goes wrong shows in the answer.</summary>
    /// <param name="asksForKeepAlive">Says so in so many words: some servers tell their timeout only then.</param>
    public void Send(string method, string path, bool asksForKeepAlive)
    {
        string body = LaboratoryRequest.BodyOf(method);
        string entity = body.Length > 0
            ? $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            : "";
        string connection = asksForKeepAlive ? "Connection: keep-alive\r\n" : "";
        byte[] bytes = Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {_host}\r\nUser-Agent: {LaboratoryRequest.UserAgent}\r\n{connection}{entity}\r\n{body}");
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException)
        {
            // The reading side is told the same.
        }
    }

    /// <summary>Reads the answer to the request sent last.</summary>
    public async Task<LaboratoryAnswer> ReceiveAnswer(CancellationToken cancel)
    {
        var head = new ResponseHead();
        do
        {
            if (!await ReceiveHead(head, cancel))
            {
                return LaboratoryAnswer.None(Stopwatch.GetTimestamp());
            }
        }
        while (head.IsInterim);

        bool whole = await ReceiveBody(head.Framing, cancel);
        int hint = head.KeepAliveTimeoutSeconds;
        return new LaboratoryAnswer(
            whole ? head.StatusCode : 0,
            hint == ResponseHead.Absent ? null : hint,
            whole && head.Reusable,
            Stopwatch.GetTimestamp());
    }

    /// <summary>Waits until the peer ends the connection, and says how.</summary>
    public async Task<RelayEnd> WaitForEnd(CancellationToken cancel)
    {
        try
        {
            while (await _stream.ReadAsync(_buffer, cancel) > 0)
            {
            }

            return RelayEnd.Fin;
        }
        catch (IOException)
        {
            return RelayEnd.Rst;
        }
    }

    /// <summary>
    /// After the peer's FIN: whether bytes that come later are answered with RST (it has closed) or are swallowed (it has
    /// closed its sending side only).
    /// </summary>
    public async Task<bool> MeetsReset(TimeSpan limit)
    {
        Send("GET", "/");
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < limit)
        {
            if ((int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0)
            {
                return true;
            }

            await Task.Delay(1);
        }

        return false;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<bool> ReceiveHead(ResponseHead head, CancellationToken cancel)
    {
        HeadScanner scanner = default;
        while (true)
        {
            if (_end > _start)
            {
                ParseStatus status = ResponseParser.Parse(
                    head, RequestMethod.Get, _buffer, _start, _end, ref scanner, out int consumed);
                if (status != ParseStatus.NeedMore)
                {
                    _start += consumed;
                    return status == ParseStatus.Complete;
                }
            }

            if (!await Receive(cancel))
            {
                return false;
            }
        }
    }

    private async Task<bool> ReceiveBody(BodyFraming framing, CancellationToken cancel)
    {
        switch (framing.Kind)
        {
            case BodyKind.Length:
                for (long left = framing.LengthBytes; ;)
                {
                    int taken = (int)Math.Min(left, _end - _start);
                    _start += taken;
                    left -= taken;
                    if (left == 0)
                    {
                        return true;
                    }

                    if (!await Receive(cancel))
                    {
                        return false;
                    }
                }

            case BodyKind.Chunked:
                return await ReceiveChunks(cancel);
            case BodyKind.UntilClose:
                do
                {
                    _start = _end;
                }
                while (await Receive(cancel));
                return true;
            default:
                return true;
        }
    }

    private async Task<bool> ReceiveChunks(CancellationToken cancel)
    {
        ChunkedDecoder decoder = default;
        while (true)
        {
            while (_end > _start)
            {
                ChunkedStep step = decoder.Decode(_buffer.AsSpan(_start, _end - _start));
                _start += step.Consumed;
                if (step.Status == ChunkedStatus.Complete)
                {
                    return true;
                }

                if (step.Status == ChunkedStatus.Malformed)
                {
                    return false;
                }

                if (step.Status == ChunkedStatus.NeedMore)
                {
                    break;
                }
            }

            if (!await Receive(cancel))
            {
                return false;
            }
        }
    }

    private async Task<bool> Receive(CancellationToken cancel)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }

        try
        {
            int count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            _end += count;
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
