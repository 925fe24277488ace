using System.Globalization;
using System.Text;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One request as its client sends it.</summary>
internal sealed record ClientRequest(RequestRecord Record, byte[] Head, byte[] Body, bool Expects, bool Closes)
{
    private static readonly string[] _methods = ["GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "TRACE"];

    public static ClientRequest Draw(BalancerWorld world, ClientPeer session, LoopRandom random, bool isLast)
    {
        string method = _methods[random.Next(_methods.Length - (random.Next(20) == 0 ? 0 : 1))];
        bool isHttp10 = random.Next(20) == 0;
        bool hasBody = method is "POST" or "PUT";
        bool chunked = hasBody && !isHttp10 && random.Next(2) == 0;
        int bodyBytes = hasBody ? BodySize.Draw(random) : 0;
        bool expects = hasBody && bodyBytes > 0 && !isHttp10 && random.Next(10) == 0;
        bool closes = isHttp10 || (isLast && random.Next(2) == 0);
        var record = new RequestRecord(random.NextUInt64(), session) { Method = method, IsHttp10 = isHttp10, HasBody = hasBody };
        byte[] content = new byte[bodyBytes];
        Payload.Fill(content, Payload.RequestSeed(record.Id), 0);
        record.BodyHash = Payload.Hash(Payload.EmptyHash, content);
        world.Alter(content);

        CultureInfo invariant = CultureInfo.InvariantCulture;
        var head = new StringBuilder(256);
        head.Append(invariant, $"{method} {record.Path} HTTP/1.{(isHttp10 ? 0 : 1)}\r\nHost: weir.test\r\nX-Id: {record.Id:x16}\r\n");
        head.Append(hasBody ? chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {bodyBytes}\r\n" : "");
        head.Append(expects ? "Expect: 100-continue\r\n" : "");
        head.Append(closes ? "Connection: close\r\n\r\n" : "\r\n");
        byte[] body = chunked ? Chunk(content, random) : content;
        return new ClientRequest(record, Encoding.ASCII.GetBytes(head.ToString()), body, expects, closes);
    }

    private static byte[] Chunk(byte[] content, LoopRandom random)
    {
        using var stream = new MemoryStream(content.Length + 64);
        for (int at = 0; at < content.Length;)
        {
            int n = Math.Min(1 + random.Next(random.Next(2) == 0 ? 200 : 40_000), content.Length - at);
            stream.Write(Encoding.ASCII.GetBytes($"{n:x}\r\n"));
            stream.Write(content, at, n);
            stream.Write("\r\n"u8);
            at += n;
        }

        stream.Write(random.Next(4) == 0 ? "0\r\nX-Checksum: 1\r\n\r\n"u8 : "0\r\n\r\n"u8);
        return stream.ToArray();
    }
}
