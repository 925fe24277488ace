using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis;

/// <summary>A client of the laboratory's balancer over HTTP/2, with one request on its connection. Owned by whoever connects it.</summary>
internal sealed class Http2LaboratoryClient : ILaboratoryClient
{
    private const int BufferBytes = 32 * 1024;

    // One may be sending while the other takes what comes.
    private readonly Lock _lock = new();
    private readonly Http2Session _session = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly string _host;
    private bool _hasBegun;
    private int _end;

    private Http2LaboratoryClient(Socket socket, Stream stream, IPEndPoint peer)
    {
        _socket = socket;
        _stream = stream;
        _host = peer.ToString();
    }

    private bool IsUnderWay => !_session.IsBroken && (!_hasBegun || _session.State == StreamState.Open);

    /// <summary>With TLS, where alone a load balancer speaks HTTP/2. Throws as <see cref="LaboratoryConnection.Connect"/> does.</summary>
    public static async Task<Http2LaboratoryClient> Connect(IPEndPoint peer, CancellationToken cancel)
    {
        (Socket socket, Stream stream) = await LaboratoryConnection.Connect(
            peer, LaboratoryTls.AsClient(SslProtocols.Tls12, "localhost", isHttp2: true), cancel);
        return new Http2LaboratoryClient(socket, stream, peer);
    }

    public void Send(string method, string path)
    {
        string body = LaboratoryRequest.BodyOf(method);
        (string, string)[] entity = body.Length == 0
            ? []
            : [("content-type", LaboratoryRequest.BodyType), ("content-length", body.Length.ToString(CultureInfo.InvariantCulture))];
        var request = new Http2Request(
            [(":method", method), (":scheme", "https"), (":authority", _host), (":path", path), ("user-agent", LaboratoryRequest.UserAgent), .. entity], body);
        lock (_lock)
        {
            _hasBegun = true;
            Write(_session.Begin(request));
        }
    }

    public async Task<LaboratoryAnswer> ReceiveAnswer(CancellationToken cancel)
    {
        while (await Receive(cancel))
        {
            lock (_lock)
            {
                int consumed = _session.Read(_buffer.AsSpan(0, _end), Stopwatch.GetTimestamp());
                _buffer.AsSpan(consumed, _end - consumed).CopyTo(_buffer);
                _end -= consumed;
                Write(_session.TakeReplies());
                if (!IsUnderWay)
                {
                    break;
                }
            }
        }

        long now = Stopwatch.GetTimestamp();
        return _session is { State: StreamState.Answered, Answer: { } answer }
            ? new LaboratoryAnswer(answer.StatusCode, null, KeepsConnection: _session.GoAway is null, now)
            : LaboratoryAnswer.None(now);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private void Write(byte[] bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException)
        {
            // The reading side is told the same.
        }
    }

    private async Task<bool> Receive(CancellationToken cancel)
    {
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
