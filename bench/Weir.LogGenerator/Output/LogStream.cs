using System.Text;
using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.Output;

/// <summary>
/// Writes any number of lines as fast as they can be put together, for measurements of speed and memory. Nothing is simulated and
/// nothing is true of it: causes are tested with scenarios.
/// </summary>
public sealed class LogStream
{
    private const int FlushBytes = 256 * 1024;
    private const int TargetsPerGroup = 50;
    private const int ClientCount = 8192;

    // A busy load balancer: so many requests in a second of the log.
    private const int RequestsPerSecond = 2000;

    private readonly SeededRandom _random;
    private readonly LineWriter _writer = new();
    private readonly byte[][] _targets;
    private readonly byte[][] _groups;
    private readonly byte[][] _clients;
    private readonly byte[][] _nodes;
    private readonly int _urls;
    private readonly DateTime _start = new(2026, 9, 23, 7, 0, 0, DateTimeKind.Utc);

    public LogStream(int targets, int urls, int seed)
    {
        _random = new SeededRandom((ulong)seed);
        _urls = urls;
        _targets = Fill(targets, index => $"10.{index >> 16}.{(index >> 8) & 255}.{index & 255}:8080");
        _groups = Fill(((targets - 1) / TargetsPerGroup) + 1, index =>
            $" arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/group-{index}/{_random.Bits():x16} \"Root=1-68d24a6c-");
        _clients = Fill(ClientCount, index => $" app/stream/50dc6c495c0c9188 {_random.Between(1, 223)}.{_random.Below(256)}.{_random.Below(256)}.{_random.Below(256)}:{_random.Between(1024, 65535)} ");
        _nodes = Fill(3, index => $" \"-\" \"-\" \"-\" 52.31.7.{index + 10} \"-\" \"-\"\n");
    }

    public void Write(Stream to, long lines)
    {
        for (long line = 0; line < lines; line++)
        {
            WriteLine(line);
            if (_writer.Length < FlushBytes) continue;
            to.Write(_writer.Written);
            _writer.Clear();
        }

        to.Write(_writer.Written);
        _writer.Clear();
        to.Flush();
    }

    private static byte[][] Fill(int count, Func<int, string> text) =>
        [.. Enumerable.Range(0, count).Select(index => Encoding.ASCII.GetBytes(text(index)))];

    private void WriteLine(long line)
    {
        ulong bits = _random.Bits();
        int target = (int)((bits & 0xffffffff) * (ulong)_targets.Length >> 32);
        long serviceTicks = (long)(((bits >> 32) & 0xffff) * 4);
        bool isError = (bits >> 48) < 30;
        // Lines come in the order of their ends, nearly.
        DateTime time = _start.AddTicks((line * (Ticks.PerSecond / RequestsPerSecond)) + (long)((bits >> 40) & 0x3fff));
        _writer.Bytes("https "u8);
        _writer.Time(time);
        _writer.Bytes(_clients[(int)((bits >> 16) & (ClientCount - 1))]);
        _writer.Bytes(_targets[target]);
        WriteOutcome(isError, bits, serviceTicks);
        _writer.Bytes(" 512 "u8);
        _writer.Number(isError ? 277 : 300 + (long)((bits >> 20) & 0x7fff));
        _writer.Bytes(" \"GET https://stream.example.com:443/item/"u8);
        _writer.Number((long)((bits >> 8) % (ulong)_urls));
        _writer.Bytes(" HTTP/1.1\" \"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"u8);
        _writer.Bytes(_groups[target / TargetsPerGroup]);
        _writer.Hex(bits, 16);
        _writer.Hex((ulong)line, 8);
        _writer.Bytes("\" \"stream.example.com\" \"session-reused\" 1 "u8);
        _writer.Time(time.AddTicks(-serviceTicks - ((time.Ticks - serviceTicks) % TimeSpan.TicksPerMillisecond)));
        _writer.Bytes(" \"forward\" \"-\" \"-\" \""u8);
        _writer.Bytes(_targets[target]);
        _writer.Bytes(isError ? "\" \"-\" \"-\" \"-\" TID_"u8 : "\" \"200\" \"-\" \"-\" TID_"u8);
        _writer.Hex(bits * 0x9E3779B97F4A7C15, 16);
        _writer.Hex(bits, 16);
        _writer.Bytes(_nodes[(int)((bits >> 5) % (ulong)_nodes.Length)]);
    }

    private void WriteOutcome(bool isError, ulong bits, long serviceTicks)
    {
        if (isError)
        {
            _writer.Bytes((bits & 3) == 0 ? " -1 -1 -1 502 -"u8 : " 0.000 0.001 -1 502 -"u8);
            return;
        }

        _writer.Bytes(" 0.000 "u8);
        _writer.Seconds(serviceTicks);
        _writer.Bytes(" 0.000 200 200"u8);
    }
}
