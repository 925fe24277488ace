using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One health check: a new connection, one request, the head of one answer, closed. Source: ALB, observed (the request's
/// bytes); ALB user guide, health checks.
/// </summary>
internal sealed class HealthProbe : ITimerTarget
{
    // Most answers are small; one whose head does not fit into the larger size is no healthy one.
    private const int FirstBufferBytes = 4 * 1024;
    private const int MaxBufferBytes = 64 * 1024;

    private readonly Loop _loop;
    private readonly IPEndPoint _endpoint;
    private readonly HealthCheckSnapshot _settings;
    private readonly TargetProtocolVersion _version;
    private readonly TargetTls? _tls;
    private readonly LoopTimer _limit;
    private Connection? _connection;
    private byte[]? _buffer;
    private bool _timedOut;

    public HealthProbe(
        Loop loop, IPEndPoint endpoint, HealthCheckSnapshot settings, TargetProtocolVersion version, TargetTls? tls)
    {
        _version = version;
        _tls = tls;
        _loop = loop;
        _endpoint = endpoint;
        _settings = settings;
        _limit = new LoopTimer(loop, this);
    }

    /// <summary>Ends it; its result is of no interest any more.</summary>
    public void Cancel() => _connection?.Close();

    public void OnTimer(LoopTimer timer)
    {
        _timedOut = true;
        _connection?.Close();
    }

    /// <summary>Healthy, or an unhealthy state with its reason.</summary>
    public async LoopTask<TargetHealthStatus> Run()
    {
        _connection = _loop.Connect(_endpoint);
        if (_connection is null)
        {
            return TargetHealthStatus.InternalError;
        }

        _limit.Set(_loop.NowMs + (long)_settings.Timeout.TotalMilliseconds);
        int code = await Ask(_connection);
        if (_buffer is not null)
        {
            _loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        _limit.Clear();
        _connection!.Close();
        return _timedOut ? TargetHealthStatus.TimedOut
            : code == Http2Question.NoCode ? TargetHealthStatus.Failed
            : _settings.Matcher.Matches(code) ? TargetHealthStatus.Healthy
            : TargetHealthStatus.CodeMismatch(code);
    }

    // The code of the answer, if it has one.
    private async LoopTask<int> Ask(Connection connection)
    {
        if (await connection.WhenWritable() == Wake.Interrupted || connection.FinishConnect() != ConnectOutcome.Connected)
        {
            return Http2Question.NoCode;
        }

        if (_tls is not null && OperatingSystem.IsLinux())
        {
            TlsConnection tls = _tls.Begin(connection, _endpoint.Address, sessions: null);
            _connection = connection = tls;
            if ((await tls.Handshake(TargetTls.HandshakeLimit)).Result != TlsHandshakeResult.Done || !_tls.IsAgreed(tls))
            {
                return Http2Question.NoCode;
            }
        }

        if (_version != TargetProtocolVersion.Http1)
        {
            var question = new Http2Question(connection, _version == TargetProtocolVersion.Grpc);
            return await question.Ask(_settings.Path, Host(), _settings.Protocol == TargetProtocol.Https);
        }

        byte[] request = MakeRequest();
        return connection.Send(request) == request.Length ? await ReadCode(connection) : Http2Question.NoCode;
    }

    private async LoopTask<int> ReadCode(Connection connection)
    {
        var response = new ResponseHead();
        HeadScanner scanner = default;
        int end = 0;
        while (await connection.WhenReadable() == Wake.Ready && end < MaxBufferBytes)
        {
            byte[] buffer = BufferWithRoom(end);
            int n = connection.Receive(buffer.AsSpan(end));
            if (n == Connection.Ended)
            {
                break;
            }

            end += Math.Max(n, 0);
            ParseStatus status;
            // The final answer may have come together with an interim one.
            while ((status = ResponseParser.Parse(response, RequestMethod.Get, buffer, 0, end, ref scanner, out int consumed))
                == ParseStatus.Complete)
            {
                if (!response.IsInterim)
                {
                    return response.StatusCode;
                }

                buffer.AsSpan(consumed, end - consumed).CopyTo(buffer);
                end -= consumed;
                scanner = default;
            }

            if (status == ParseStatus.Refused)
            {
                break;
            }
        }

        return Http2Question.NoCode;
    }

    // Rented when the first bytes are there, not while the target keeps them waiting.
    private byte[] BufferWithRoom(int end)
    {
        if (_buffer is null)
        {
            _buffer = _loop.Buffers.Rent(FirstBufferBytes);
        }
        else if (end == _buffer.Length)
        {
            byte[] larger = _loop.Buffers.Rent(_buffer.Length * 4);
            _buffer.CopyTo(larger, 0);
            _loop.Buffers.Return(_buffer);
            _buffer = larger;
        }

        return _buffer;
    }

    private byte[] MakeRequest() => Encoding.ASCII.GetBytes(
        $"GET {_settings.Path} HTTP/1.1\r\nHost: {Host()}\r\nConnection: close\r\n"
        + "User-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n");

    private string Host()
    {
        bool defaultPort = _endpoint.Port == (_settings.Protocol == TargetProtocol.Https ? 443 : 80);
        // Without the default port, but with the brackets that the port would have brought. Source: RFC 9110 §7.2.
        return !defaultPort ? _endpoint.ToString()
            : _endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{_endpoint.Address}]"
            : _endpoint.Address.ToString();
    }
}
