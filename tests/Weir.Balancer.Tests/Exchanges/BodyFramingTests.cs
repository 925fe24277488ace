using System.Text;
using CsCheck;
using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// Framing in, framing out: the body, its trailers and what follows it are the same, at whatever bytes it is cut into
/// pieces.
/// </summary>
public sealed class BodyFramingTests
{
    private const string Head = "HEAD\r\n\r\n";
    private const string Next = "GET /next HTTP/1.1\r\n";

    private static readonly Gen<string[]> _chunks = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 40].Array[0, 8],
        Gen.String[Gen.Char['a', 'z'], 1, 9000].Array[0, 3]);

    private static readonly Gen<int[]> _cuts = Gen.OneOf(Gen.Int[1, 3].Array[400], Gen.Int[1, 5000].Array[400]);

    [Fact]
    public void Chunked_ToChunked_KeepsBodyTrailersAndTheNextMessage() =>
        Gen.Select(_chunks, _cuts, Gen.Bool, Gen.Int[0, 2]).Sample((chunks, cuts, extensions, trailers) =>
        {
            string trailer = trailers > 0 ? "X-Sum: 1\r\nX-B: 2\r\n" : "";
            string received = trailers == 2 ? "Content-Length: 7\r\nX-Sum: 1\r\nHost: b\r\nX-B: 2\r\nCookie: a\r\n" : trailer;
            string framed = string.Concat(chunks.Select(chunk => $"{chunk.Length:X}{(extensions ? ";a=b" : "")}\r\n{chunk}\r\n"));
            string sent = Relay(BodyFraming.Chunked, BodyKind.Chunked, $"{framed}0\r\n{received}\r\n", cuts);
            Assert.EndsWith($"0\r\n{trailer}\r\n", sent, StringComparison.Ordinal);
            string withoutTrailers = sent[..(sent.Length - trailer.Length - 2)] + "\r\n";
            Assert.Equal(string.Concat(chunks), Chunked.Decode(withoutTrailers));
        }, iter: 300);

    [Fact]
    public void Chunked_ToTheClose_KeepsTheBody() =>
        Gen.Select(_chunks, _cuts).Sample((chunks, cuts) =>
        {
            string framed = string.Concat(chunks.Select(chunk => $"{chunk.Length:x}\r\n{chunk}\r\n"));
            string sent = Relay(BodyFraming.Chunked, BodyKind.UntilClose, $"{framed}0\r\nX-Sum: 1\r\n\r\n", cuts);
            Assert.Equal(string.Concat(chunks), sent);
        }, iter: 300);

    [Fact]
    public void Length_ToLength_KeepsTheBody() =>
        Gen.Select(_chunks, _cuts).Sample((chunks, cuts) =>
        {
            string body = string.Concat(chunks);
            Assert.Equal(body, Relay(BodyFraming.Length(body.Length), BodyKind.Length, body, cuts));
        }, iter: 300);

    // As a stream does it: the first piece goes with the head, the rest as it comes. Returns what was sent behind the head.
    private static string Relay(BodyFraming from, BodyKind to, string framed, int[] cuts)
    {
        SimLoop loop = new SimNetwork(1).CreateLoop("test");
        var connection = new PieceConnection(loop, Cut(framed + Next, cuts));
        var input = new Http1Input(connection);
        var output = new Http1Output(connection) { Framing = to };
        byte[] scratch = new byte[256 * 1024];
        Http1BodyReader reader = default;
        reader.Begin(from);

        int headBytes = Encoding.ASCII.GetBytes(Head, scratch);
        BodyChunk first = reader.Take(input, mayOverwriteBefore: true);
        Done(output.SendHead(scratch, headBytes, first));
        while (!reader.Ended)
        {
            Assert.True(connection.HasPieces, "the body does not end");
            input.Compact(BodyChunk.FramingBefore);
            input.Receive(64 * 1024, BodyChunk.FramingBefore, reader.ReceiveLimit);
            BodyChunk chunk = reader.Take(input, mayOverwriteBefore: true);
            Assert.Equal(StreamStatus.Done, chunk.Status);
            Done(output.SendBody(chunk, scratch));
        }

        string left = Encoding.ASCII.GetString(input.Unread);
        Assert.StartsWith(left, Next, StringComparison.Ordinal);
        Assert.Equal(framed.Length, reader.RawBytes);
        input.Release();
        Assert.Equal(0, loop.Buffers.Rented);
        string sent = Encoding.ASCII.GetString([.. connection.Sent]);
        Assert.StartsWith(Head, sent, StringComparison.Ordinal);
        return sent[Head.Length..];
    }

    private static void Done(LoopTask<StreamStatus> task)
    {
        Assert.True(task.IsCompleted);
        Assert.Equal(StreamStatus.Done, task.GetAwaiter().GetResult());
    }

    private static IEnumerable<byte[]> Cut(string text, int[] cuts)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        int at = 0;
        for (int i = 0; at < bytes.Length; i++)
        {
            int count = Math.Min(cuts[i % cuts.Length], bytes.Length - at);
            yield return bytes[at..(at + count)];
            at += count;
        }
    }
}
