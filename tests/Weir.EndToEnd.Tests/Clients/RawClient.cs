using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>A client that is a bare TCP connection: it sends what it is given and shows every byte it got.</summary>
internal sealed class RawClient : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly MemoryStream _unread = new();

    private RawClient(Socket socket) => _socket = socket;

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>The connection ended with a reset.</summary>
    public bool WasReset { get; private set; }

    public static Task<RawClient> ConnectAsync(int port, int? receiveBufferBytes = null) =>
        ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), receiveBufferBytes);

    public static async Task<RawClient> ConnectAsync(IPEndPoint listener, int? receiveBufferBytes = null)
    {
        var socket = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(listener, Deadline.Token());
        return new RawClient(socket);
    }

    /// <summary>One request, one answer, on a connection of its own.</summary>
    public static async Task<RawResponse> Ask(int port, string request)
    {
        using RawClient client = await ConnectAsync(port);
        await client.Send(request);
        return await client.ReadResponse();
    }

    /// <summary>A GET for <paramref name="path"/>, with further header lines.</summary>
    public static string Get(string path = "/", string headers = "") => $"GET {path} HTTP/1.1\r\nHost: e2e.test\r\n{headers}\r\n";

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, Deadline.Token());
            bytes = bytes[sent..];
        }
    }

    /// <summary>Ends this side with a FIN; the other may go on.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Everything until the connection ends.</summary>
    public async Task<string> ReadToEnd(TimeSpan? limit = null)
    {
        while (await Receive(limit) > 0)
        {
            // Until there is no more.
        }

        return Take((int)_unread.Length);
    }

    /// <summary>One response, by its own framing.</summary>
    public async Task<RawResponse> ReadResponse(bool toHead = false)
    {
        string head = await ReadThrough("\r\n\r\n");
        var response = new RawResponse(head, "");
        if (toHead || response.StatusCode is < 200 or 204 or 304)
        {
            return response;
        }

        if (response.Field("Transfer-Encoding") == "chunked")
        {
            return response with { Body = await ReadChunks() };
        }

        return response.Field("Content-Length") is { } length
            ? response with { Body = await ReadExactly(int.Parse(length, CultureInfo.InvariantCulture)) }
            : response with { Body = await ReadToEnd() };
    }

    /// <summary>Everything through the first occurrence of <paramref name="end"/>.</summary>
    public async Task<string> ReadThrough(string end)
    {
        byte[] pattern = Encoding.Latin1.GetBytes(end);
        while (true)
        {
            int at = _unread.GetBuffer().AsSpan(0, (int)_unread.Length).IndexOf(pattern);
            if (at >= 0)
            {
                return Take(at + pattern.Length);
            }

            if (await Receive(null) == 0)
            {
                Assert.Fail($"the connection ended after: {Take((int)_unread.Length)}");
            }
        }
    }

    /// <summary>Reads this many bytes and forgets them.</summary>
    public async Task Discard(long bytes)
    {
        while (_unread.Length < bytes)
        {
            bytes -= _unread.Length;
            _unread.SetLength(0);
            Assert.True(await Receive(null) > 0, $"the connection ended {bytes} bytes early");
        }

        Take((int)bytes);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadExactly(int bytes)
    {
        while (_unread.Length < bytes)
        {
            Assert.True(await Receive(null) > 0, $"the connection ended after {_unread.Length} of {bytes} bytes");
        }

        return Take(bytes);
    }

    private async Task<string> ReadChunks()
    {
        var body = new StringBuilder();
        while (true)
        {
            string line = await ReadThrough("\r\n");
            int size = int.Parse(line.TrimEnd(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                await ReadThrough("\r\n");
                return body.ToString();
            }

            body.Append((await ReadExactly(size + 2))[..size]);
        }
    }

    private async Task<int> Receive(TimeSpan? limit)
    {
        byte[] buffer = new byte[ReceiveBytes];
        try
        {
            int n = await _socket.ReceiveAsync(buffer, Deadline.Token(limit));
            _unread.Write(buffer, 0, n);
            return n;
        }
        catch (SocketException)
        {
            WasReset = true;
            return 0;
        }
    }

    private string Take(int bytes)
    {
        byte[] all = _unread.ToArray();
        _unread.SetLength(0);
        _unread.Write(all, bytes, all.Length - bytes);
        return Encoding.Latin1.GetString(all, 0, bytes);
    }
}
