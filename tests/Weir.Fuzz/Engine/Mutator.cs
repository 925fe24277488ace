namespace Weir.Fuzz.Engine;

/// <summary>Makes new inputs out of a corpus. All it does follows from the randomness it is given.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, FuzzRandom random)
{
    private const int MaxInputBytes = 4096;
    private const int MaxMutations = 6;

    private static readonly byte[][] _tokens =
    [
        "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n\r\n"u8.ToArray(), "\r\n "u8.ToArray(),
        "\0"u8.ToArray(), " "u8.ToArray(), "\t"u8.ToArray(), ":"u8.ToArray(), ";"u8.ToArray(), ","u8.ToArray(),
        "HTTP/1.1"u8.ToArray(), "HTTP/1.0"u8.ToArray(), "HTTP/0.9"u8.ToArray(), "HTTP/2.0"u8.ToArray(),
        "GET / HTTP/1.1\r\n"u8.ToArray(), "POST / HTTP/1.1\r\n"u8.ToArray(), "CONNECT a:1 HTTP/1.1\r\n"u8.ToArray(),
        "Host: a\r\n"u8.ToArray(), "Transfer-Encoding: chunked\r\n"u8.ToArray(), "Content-Length: 5\r\n"u8.ToArray(),
        "Transfer_Encoding: chunked\r\n"u8.ToArray(), "Content-Length : 5\r\n"u8.ToArray(),
        "Connection: close\r\n"u8.ToArray(), "Connection: keep-alive, x, host\r\n"u8.ToArray(),
        "Upgrade: websocket\r\n"u8.ToArray(), "Expect: 100-continue\r\n"u8.ToArray(), "X: y\r\n"u8.ToArray(),
        "chunked"u8.ToArray(), "identity"u8.ToArray(), "gzip"u8.ToArray(), "0\r\n\r\n"u8.ToArray(),
        "5\r\nhello\r\n"u8.ToArray(), "FFFFFFFFFFFFFFFF"u8.ToArray(), "18446744073709551616"u8.ToArray(),
        "7fffffffffffffff"u8.ToArray(), ";a=b"u8.ToArray(), "\u0131\u017f"u8.ToArray(), "http://a/"u8.ToArray(),
        "HTTP/1.1 200 OK\r\n"u8.ToArray(), "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), "HTTP/1.1 204\r\n"u8.ToArray(),
    ];

    public byte[] Next()
    {
        List<byte> input = [.. corpus[random.Next(corpus.Count)]];
        int mutations = 1 + random.Next(MaxMutations);
        for (int count = 0; count < mutations; count++)
        {
            Mutate(input);
        }

        if (input.Count > MaxInputBytes)
        {
            input.RemoveRange(MaxInputBytes, input.Count - MaxInputBytes);
        }

        return [.. input];
    }

    private void Mutate(List<byte> input)
    {
        int at = random.Next(input.Count);
        switch (random.Next(8))
        {
            case 0 when input.Count > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when input.Count > 0:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.InsertRange(at, _tokens[random.Next(_tokens.Length)]);
                break;
            case 3:
                Splice(input, at);
                break;
            case 4:
                input.RemoveRange(at, input.Count - at);
                break;
            case 5:
                input.RemoveRange(at, random.Next(Math.Min(16, input.Count - at) + 1));
                break;
            case 6:
                input.InsertRange(at, input.GetRange(at, random.Next(Math.Min(64, input.Count - at) + 1)));
                break;
            default:
                input.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    private void Splice(List<byte> input, int at)
    {
        byte[] other = corpus[random.Next(corpus.Count)];
        int from = random.Next(other.Length);
        input.RemoveRange(at, input.Count - at);
        input.AddRange(other.AsSpan(from));
    }
}
