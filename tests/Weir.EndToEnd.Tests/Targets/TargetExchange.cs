using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>A request that has reached a <see cref="RawTarget"/>, and the connection on which it may be answered or not.</summary>
internal sealed class TargetExchange(Socket socket, string head, int number, MemoryStream unread)
{
    /// <summary>The head as it came, with its empty line.</summary>
    public string Head => head;

    public string Path => head.Split(' ')[1];

    /// <summary>How many requests the connection carried before.</summary>
    public int EarlierRequests => number;

    /// <summary>The connection is over; no further request is read from it.</summary>
    public bool Ended { get; private set; }

    /// <summary>The balancer's port of this connection.</summary>
    public int PeerPort => ((IPEndPoint)socket.RemoteEndPoint!).Port;

    public string? Field(string name) => new RawResponse(head, "").Field(name);

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, Deadline.Token(TimeSpan.FromMinutes(1)))..];
        }
    }

    public Task Answer(string body, string headers = "") =>
        Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}");

    /// <summary>The next bytes of the body as they are on the wire; empty at the connection's end.</summary>
    public async Task<byte[]> Receive()
    {
        if (unread.Length > 0)
        {
            byte[] all = unread.ToArray();
            unread.SetLength(0);
            return all;
        }

        byte[] buffer = new byte[256 * 1024];
        int n = await socket.ReceiveAsync(buffer, Deadline.Token(TimeSpan.FromMinutes(1)));
        return buffer[..n];
    }

    /// <summary>What of the body there is until it ends with <paramref name="end"/>.</summary>
    public async Task<string> ReceiveThrough(string end)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            byte[] bytes = await Receive();
            Assert.NotEmpty(bytes);
            text.Append(Encoding.Latin1.GetString(bytes));
        }

        return text.ToString();
    }

    /// <summary>Returns when the balancer has ended its side: true if with a FIN, false if with a reset.</summary>
    public async Task<bool> WaitForEnd()
    {
        try
        {
            while ((await Receive()).Length > 0)
            {
                // What still comes is of no interest.
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public void Close()
    {
        Ended = true;
        socket.Dispose();
    }

    public void Reset()
    {
        Ended = true;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
