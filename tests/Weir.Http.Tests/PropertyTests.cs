using CsCheck;
using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;
using Weir.Fuzz.Targets;

namespace Weir.Http.Tests;

public sealed class PropertyTests
{
    private static readonly Gen<string> _token = Gen.String[Gen.Char.AlphaNumeric, 1, 12];
    private static readonly Gen<string> _value = Gen.String[Gen.Char['!', '~'], 0, 20];

    private static readonly Gen<string> _line = Gen.OneOf(
        Gen.Select(_token, _value, (name, value) => $"X{name}: {value}\r\n"),
        OneOf(
            "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Host: b\r\n",
            " folded\r\n", "no colon\r\n", ": empty\r\n", "X: \0\r\n", "Y: z\n", "Transfer_Encoding: chunked\r\n",
            "Content-Length : 4\r\n", "Connection: x, y\r\n"));

    private static readonly Gen<string> _request = Gen.Select(
        OneOf("GET", "POST", "HEAD", "ODD"),
        OneOf("/", "/a?b", "/a b", "http://c/d", "*", "x"),
        OneOf("HTTP/1.1", "HTTP/1.0", "HTTP/1.3", "HTTP/2.0", "HTTP/1.1 "),
        _line.List[0, 8],
        OneOf("", "abc", "3\r\nabc\r\n0\r\n\r\n"),
        (method, target, version, lines, body) =>
            $"{method} {target} {version}\r\nHost: a\r\n{string.Concat(lines)}\r\n{body}");

    [Fact]
    public void Requests_InAnyPieces_GiveTheSameMessagesAndVerdicts()
    {
        _request.List[1, 3].Sample(
            requests => Assert.Null(Splitting.Check(
                Wire.Bytes(string.Concat(requests)), static () => new RequestConversation())),
            iter: 3_000);
    }

    [Fact]
    public void Request_WrittenThenParsed_IsTheSame()
    {
        Gen.Select(_token, _token, Gen.Select(_token, _value).List[0, 40]).Sample(
            (method, path, fields) =>
            {
                HeadWriter writer = new(new byte[16 * 1024]);
                writer.Append(Wire.Bytes($"{method} /{path} HTTP/1.1\r\n"));
                writer.AppendField("Host"u8, "a"u8);
                foreach ((string name, string value) in fields)
                {
                    writer.AppendField(Wire.Bytes("X-" + name), Wire.Bytes(value));
                }

                writer.AppendLineEnd();
                byte[] wire = writer.Written.ToArray();
                RequestHead head = new();
                HeadScanner scanner = default;

                Assert.Equal(ParseStatus.Complete, RequestParser.Parse(head, wire, 0, wire.Length, ref scanner, out int consumed));
                Assert.Equal(wire.Length, consumed);
                Assert.Equal(Classification.Compliant, head.Classification);
                Assert.Equal(method, Wire.Text(head.Method));
                Assert.Equal("/" + path, Wire.Text(head.Target));
                Assert.Equal(fields.Count + 1, head.Fields.Count);
                for (int index = 0; index < fields.Count; index++)
                {
                    Assert.Equal("X-" + fields[index].Item1, Wire.Text(head.Fields.Name(index + 1)));
                    Assert.Equal(fields[index].Item2, Wire.Text(head.Fields.Value(index + 1)));
                }
            },
            iter: 3_000);
    }

    [Fact]
    public void Body_ChunkedThenDecoded_IsTheSame()
    {
        Gen.Select(Gen.Byte.Array[1, 600].List[0, 8], Gen.Int[1, 50]).Sample(
            (chunks, piece) =>
            {
                byte[] wire = Chunked(chunks);
                List<byte> data = [];
                ChunkedDecoder decoder = default;
                int at = 0;
                int end = 0;
                ChunkedStep step;
                do
                {
                    step = decoder.Decode(wire.AsSpan(at..end));
                    if (step.Status == ChunkedStatus.Data)
                    {
                        data.AddRange(wire.AsSpan(at + step.Offset, step.Length));
                    }

                    at += step.Consumed;
                    end = step.Status == ChunkedStatus.NeedMore ? Math.Min(end + piece, wire.Length) : end;
                }
                while (step.Status is ChunkedStatus.Data or ChunkedStatus.NeedMore);

                Assert.Equal(ChunkedStatus.Complete, step.Status);
                Assert.Equal(wire.Length, at);
                Assert.Equal(chunks.SelectMany(chunk => chunk), data);
            },
            iter: 1_000);
    }

    [Fact]
    public void Fuzzing_FromAFixedSeed_FindsNothingInTheCodecsAndTheBugInTheCanary()
    {
        Assert.Null(new FuzzRunner(new RequestTarget(), 7, static runs => runs < 3_000).Run());
        Assert.Null(new FuzzRunner(new ResponseTarget(), 7, static runs => runs < 3_000).Run());
        Assert.Null(new FuzzRunner(new ChunkedTarget(), 7, static runs => runs < 10_000).Run());
        Assert.Null(new FuzzRunner(new FramesTarget(), 7, static runs => runs < 2_000).Run());
        Assert.Null(new FuzzRunner(new TargetFramesTarget(), 7, static runs => runs < 2_000).Run());
        Assert.Null(new FuzzRunner(new HpackTarget(), 7, static runs => runs < 5_000).Run());
        Assert.NotNull(new FuzzRunner(new CanaryTarget(), 1, static runs => runs < 1_000_000).Run());
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static byte[] Chunked(List<byte[]> chunks)
    {
        using MemoryStream wire = new();
        byte[] room = new byte[ChunkedWriter.MaxHeadBytes];
        foreach (byte[] chunk in chunks)
        {
            Assert.True(ChunkedWriter.TryWriteHead(chunk.Length, room, out int written));
            wire.Write(room.AsSpan(0, written));
            wire.Write(chunk);
            wire.Write(ChunkedWriter.DataEnd);
        }

        wire.Write(ChunkedWriter.End);
        return wire.ToArray();
    }
}
