using System.Diagnostics;
using System.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;

namespace Weir.Fuzz;

/// <summary>Times the parsers over typical heads: the best of several rounds, in nanoseconds a head.</summary>
internal static class Measurement
{
    private const int Rounds = 3_000;
    // A round is about a millisecond, so that some rounds run undisturbed on a busy machine.
    private const int HeadsPerRound = 2_000;

    private static readonly byte[] _small =
        "GET /index.html HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"u8.ToArray();

    private static readonly byte[] _browser = (
        "GET /products/list?page=2&sort=price HTTP/1.1\r\nHost: www.example.com\r\nConnection: keep-alive\r\n"u8
        + "sec-ch-ua: \"Chromium\";v=\"126\", \"Not/A)Brand\";v=\"8\"\r\nUpgrade-Insecure-Requests: 1\r\n"u8
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36\r\n"u8
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"u8
        + "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nReferer: https://www.example.com/products\r\n"u8
        + "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"u8
        + "Cookie: session=6f2b8c0d9e3a4715; theme=dark; AWSALB=abcdefghijklmnopqrstuvwxyz0123456789\r\n\r\n"u8).ToArray();

    private static readonly byte[] _response = (
        "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 19:18:13 GMT\r\nContent-Type: application/json\r\n"u8
        + "Content-Length: 128\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"u8).ToArray();

    public static void Run()
    {
        RequestHead request = new();
        ResponseHead response = new();
        Report("request, 3 fields", () => Parse(request, _small));
        Report("request, 12 fields", () => Parse(request, _browser));
        Report("response, 5 fields", () => Parse(response, _response));
        ReportHttp2(request);
    }

    // The same heads: at first as literals, and from then on as a client that indexes what recurs sends them.
    private static void ReportHttp2(RequestHead request)
    {
        FieldSection section = new();
        byte[] buffer = new byte[4096];
        byte[] block = new byte[4096];
        (byte[] Name, byte[] Value)[] fields = Fields();
        int literalBytes = Encode(new HpackEncoder(), fields, HpackIndexing.Without, block);
        byte[] literals = block[..literalBytes];
        HpackDecoder decoder = new();
        Report("h2 block, 15 fields as literals", () => Decode(decoder, section, buffer, literals));
        HpackEncoder encoder = new();
        byte[] first = block[..Encode(encoder, fields, HpackIndexing.Incremental, block)];
        byte[] next = block[..Encode(encoder, fields, HpackIndexing.Incremental, block)];
        Decode(decoder, section, buffer, first);
        Report("h2 block, 15 fields indexed", () => Decode(decoder, section, buffer, next));
        Report("h2 request, decoded and read", () =>
        {
            int bytes = Decode(decoder, section, buffer, next);
            return RequestReader.Read(section, request, isEndStream: true, bytes) == MessageFault.None ? bytes : 0;
        });
        HpackEncoder responses = new();
        Report("h2 response, 5 fields encoded", () => EncodeResponse(responses, block));
        byte[] text = fields.Single(field => field.Name.AsSpan().SequenceEqual("user-agent"u8)).Value;
        HpackEncoder plain = new();
        Report($"Huffman, {text.Length} characters encoded", () => EncodeOne(plain, text, block));
        byte[] huffman = block[..EncodeOne(plain, text, block)];
        Report($"Huffman, {text.Length} characters decoded", () => Decode(decoder, section, buffer, huffman));
    }

    private static (byte[] Name, byte[] Value)[] Fields()
    {
        string[] lines = Encoding.ASCII.GetString(_browser).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return
        [
            (":method"u8.ToArray(), "GET"u8.ToArray()), (":scheme"u8.ToArray(), "https"u8.ToArray()),
            (":authority"u8.ToArray(), "www.example.com"u8.ToArray()), (":path"u8.ToArray(), "/products/list?page=2&sort=price"u8.ToArray()),
            .. lines.Skip(1)
                .Where(line => !line.StartsWith("Host", StringComparison.Ordinal) && !line.StartsWith("Connection", StringComparison.Ordinal))
                .Select(line => line.Split(": ", 2))
                .Select(field => (Encoding.ASCII.GetBytes(field[0].ToLowerInvariant()), Encoding.ASCII.GetBytes(field[1]))),
        ];
    }

    private static int Encode(
        HpackEncoder encoder, (byte[] Name, byte[] Value)[] fields, HpackIndexing indexing, byte[] block)
    {
        FieldBlockWriter writer = new(encoder, block);
        foreach ((byte[] name, byte[] value) in fields)
        {
            writer.TryAppend(name, value, indexing);
        }

        return writer.Length;
    }

    private static int EncodeOne(HpackEncoder encoder, byte[] text, byte[] block)
    {
        FieldBlockWriter writer = new(encoder, block);
        writer.TryAppend("x"u8, text, HpackIndexing.Without);
        return writer.Length;
    }

    private static int EncodeResponse(HpackEncoder encoder, byte[] block)
    {
        FieldBlockWriter writer = new(encoder, block);
        writer.TryAppendStatus(200);
        writer.TryAppend("Date"u8, "Mon, 23 Nov 2026 19:18:13 GMT"u8);
        writer.TryAppend("Content-Type"u8, "application/json"u8);
        writer.TryAppend("Content-Length"u8, "128"u8);
        writer.TryAppend("ETag"u8, "\"5f3a-61c2b4d8e7a40\""u8);
        writer.TryAppend("Server"u8, "nginx/1.22.1"u8);
        return writer.Length;
    }

    private static int Decode(HpackDecoder decoder, FieldSection section, byte[] buffer, byte[] block)
    {
        section.Begin(buffer);
        return decoder.Decode(block, isLast: true, section, out int consumed) == HpackStatus.Complete ? consumed : 0;
    }

    private static int Parse(RequestHead head, byte[] bytes)
    {
        HeadScanner scanner = default;
        RequestParser.Parse(head, bytes, 0, bytes.Length, ref scanner, out int consumed);
        return consumed;
    }

    private static int Parse(ResponseHead head, byte[] bytes)
    {
        HeadScanner scanner = default;
        ResponseParser.Parse(head, RequestMethod.Get, bytes, 0, bytes.Length, ref scanner, out int consumed);
        return consumed;
    }

    private static void Report(string name, Func<int> parse)
    {
        double bestNs = double.MaxValue;
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int head = 0; head < HeadsPerRound; head++)
            {
                bytes += parse();
            }

            bestNs = Math.Min(bestNs, Stopwatch.GetElapsedTime(start).TotalNanoseconds / HeadsPerRound);
        }

        Console.WriteLine($"{name}: {bestNs:F0} ns, {bytes / ((long)Rounds * HeadsPerRound)} bytes");
    }
}
