using System.Globalization;
using System.Net;
using System.Text;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// A target that answers each request with its path and its body, in the way that the path asks for: <c>/echo/…</c> when it has
/// read everything, <c>/early/…</c> at once, <c>/cut/…</c> in part, <c>/close/…</c> not at all. Pauses and pieces are random.
/// </summary>
internal sealed class EchoTarget : IAcceptTarget
{
    private readonly SimLoop _loop;
    private readonly Random _random;

    public EchoTarget(BalancerWorld world, Random random)
    {
        world.Target.Close();
        _loop = world.Target.Loop;
        _random = random;
        _loop.Listen(new IPEndPoint(_loop.Address, BalancerWorld.TargetPort), this);
    }

    /// <summary>What did not hold of a request.</summary>
    public List<string> Problems { get; } = [];

    public void OnAccepted(Connection connection) => Loop.Start(Serve(connection));

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");

    private async LoopTask Serve(Connection connection)
    {
        string read = "";
        byte[] buffer = new byte[8 * 1024];
        bool isAnswered = false;
        while (true)
        {
            int headEnd = read.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (headEnd >= 0)
            {
                string head = read[..(headEnd + 4)];
                string path = head.Split(' ')[1];
                if (path.StartsWith("/early/", StringComparison.Ordinal) && !isAnswered)
                {
                    isAnswered = true;
                    if (!await Answer(connection, path, "", isWhole: true))
                    {
                        return;
                    }
                }

                (string? body, int bytes) = Body(head, read[(headEnd + 4)..]);
                if (body is not null)
                {
                    read = read[(headEnd + 4 + bytes)..];
                    bool isOver = path.StartsWith("/early/", StringComparison.Ordinal)
                        || path.StartsWith("/close/", StringComparison.Ordinal)
                        || !await Answer(connection, path, body, !path.StartsWith("/cut/", StringComparison.Ordinal));
                    if (isOver)
                    {
                        connection.Close();
                        return;
                    }

                    continue;
                }
            }

            await connection.WhenReadable();
            int n = connection.Receive(buffer.AsSpan(0, _random.Next(1, buffer.Length)));
            if (n == Connection.Ended)
            {
                connection.Close();
                return;
            }

            read += Encoding.Latin1.GetString(buffer, 0, Math.Max(n, 0));
            if (_random.Next(8) == 0)
            {
                await new Sleep(_loop, TimeSpan.FromMilliseconds(_random.Next(1, 20)));
            }
        }
    }

    private (string? Body, int Bytes) Body(string head, string rest)
    {
        int at = head.IndexOf("\r\nContent-Length: ", StringComparison.Ordinal);
        if (at >= 0)
        {
            int length = int.Parse(head[(at + 18)..].Split('\r')[0], CultureInfo.InvariantCulture);
            return rest.Length < length ? (null, 0) : (rest[..length], length);
        }

        if (!head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.Ordinal))
        {
            return ("", 0);
        }

        string body = "";
        at = 0;
        while (rest.IndexOf("\r\n", at, StringComparison.Ordinal) is var end and >= 0)
        {
            if (!int.TryParse(rest[at..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int size))
            {
                Problems.Add($"no chunk: {rest[at..end]}");
                return ("", rest.Length);
            }

            at = end + 2;
            if (size == 0)
            {
                int trailersEnd = rest.IndexOf("\r\n\r\n", end, StringComparison.Ordinal);
                return trailersEnd < 0 ? (null, 0) : (body + rest[at..(trailersEnd + 2)], trailersEnd + 4);
            }

            if (rest.Length < at + size + 2)
            {
                break;
            }

            body += rest.Substring(at, size);
            at += size + 2;
        }

        return (null, 0);
    }

    private async LoopTask<bool> Answer(Connection connection, string path, string body, bool isWhole)
    {
        string text = $"{path}:{body}";
        bool isChunked = _random.Next(2) == 0;
        string answer = _random.Next(4) == 0 ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "";
        answer += isChunked
            ? $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{text.Length:x}\r\n{text}\r\n0\r\nx-sum: {text.Length}\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}";
        byte[] bytes = Encoding.Latin1.GetBytes(answer);
        int left = isWhole ? bytes.Length : bytes.Length - 1;
        int sent = 0;
        while (sent < left)
        {
            if (_random.Next(4) == 0)
            {
                await new Sleep(_loop, TimeSpan.FromMilliseconds(_random.Next(1, 10)));
            }

            int n = connection.Send(bytes.AsSpan(sent, Math.Min(left - sent, _random.Next(1, 20_000))));
            if (n == Connection.SendFailed)
            {
                connection.Close();
                return false;
            }

            sent += n;
            if (n == 0 && await connection.WhenWritable() == Wake.Interrupted && connection.IsClosed)
            {
                return false;
            }
        }

        return isWhole;
    }
}
