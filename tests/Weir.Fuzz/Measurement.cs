using System.Diagnostics;
using Weir.Http;

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
