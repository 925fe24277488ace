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
    private const int BufferBytes = 64 * 1024;

    private readonly Loop _loop;
    private readonly IPEndPoint _endpoint;
    private readonly HealthCheckSnapshot _settings;
    private readonly LoopTimer _limit;
    private Connection? _connection;
    private bool _timedOut;

    public HealthProbe(Loop loop, IPEndPoint endpoint, HealthCheckSnapshot settings)
    {
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
        byte[] buffer = _loop.Buffers.Rent(BufferBytes);
        int code = await Ask(_connection, buffer);
        _loop.Buffers.Return(buffer);
        _limit.Clear();
        _connection.Close();
        return _timedOut ? TargetHealthStatus.TimedOut
            : code == 0 ? TargetHealthStatus.Failed
            : _settings.Matcher.Matches(code) ? TargetHealthStatus.Healthy
            : TargetHealthStatus.CodeMismatch(code);
    }

    // The code of the answer, or 0.
    private async LoopTask<int> Ask(Connection connection, byte[] buffer)
    {
        if (await connection.WhenWritable() == Wake.Interrupted || connection.FinishConnect() != ConnectOutcome.Connected)
        {
            return 0;
        }

        int requestBytes = WriteRequest(buffer);
        if (connection.Send(buffer.AsSpan(0, requestBytes)) != requestBytes)
        {
            return 0;
        }

        var response = new ResponseHead();
        HeadScanner scanner = default;
        int end = 0;
        while (await connection.WhenReadable() == Wake.Ready && end < buffer.Length)
        {
            int n = connection.Receive(buffer.AsSpan(end));
            if (n == Connection.Ended)
            {
                break;
            }

            end += Math.Max(n, 0);
            ParseStatus status = ResponseParser.Parse(response, RequestMethod.Get, buffer, 0, end, ref scanner, out int consumed);
            if (status == ParseStatus.Refused)
            {
                break;
            }

            if (status == ParseStatus.Complete)
            {
                if (!response.IsInterim)
                {
                    return response.StatusCode;
                }

                buffer.AsSpan(consumed, end - consumed).CopyTo(buffer);
                end -= consumed;
                scanner = default;
            }
        }

        return 0;
    }

    private int WriteRequest(byte[] buffer)
    {
        bool defaultPort = _endpoint.Port == (_settings.Protocol == TargetProtocol.Https ? 443 : 80);
        // Without the default port, but with the brackets that the port would have brought. Source: RFC 9110 §7.2.
        string host = !defaultPort ? _endpoint.ToString()
            : _endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{_endpoint.Address}]"
            : _endpoint.Address.ToString();
        return Encoding.ASCII.GetBytes(
            $"GET {_settings.Path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            + "User-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n",
            buffer);
    }
}
