using System.Text;

namespace Weir.Http.Tests;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", "")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n", "0123456789", "")]
    [InlineData("0000000000000001\r\nx\r\n000\r\n\r\n", "x", "")]
    [InlineData("1;a=\"b;c\";d\r\nx\r\n0;e\r\n\r\n", "x", "")]
    [InlineData("1 \t;a\r\nx\r\n0  \r\n\r\n", "x", "")]
    [InlineData("1\r\nx\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", "x", "X-Sum: 1\r\nY:\r\n")]
    [InlineData("2\r\nhi\r\n0\r\nX: 1\r\ncontent-length: 5\r\n\r\n", "hi", "X: 1\r\ncontent-length: 5\r\n")]
    public void Body_WellFormed_GivesDataAndTrailers(string text, string data, string trailers)
    {
        byte[] bytes = Wire.Bytes(text + "next");

        (string decoded, ChunkedStep last, int consumed, ChunkedFault fault) = Decode(bytes);

        Assert.Equal(ChunkedFault.None, fault);
        Assert.Equal(data, decoded);
        Assert.Equal(ChunkedStatus.Complete, last.Status);
        Assert.Equal(text.Length, consumed);
        int trailersStart = consumed - last.Consumed + last.Offset;
        Assert.Equal(trailers, Wire.Text(bytes.AsSpan(trailersStart, last.Length)));
    }

    [Theory]
    [InlineData("\r\n", ChunkedFault.MissingSize)]
    [InlineData("-1\r\n", ChunkedFault.MissingSize)]
    [InlineData(" 1\r\n", ChunkedFault.MissingSize)]
    [InlineData(";a\r\n", ChunkedFault.MissingSize)]
    [InlineData("0x5\r\n", ChunkedFault.BadSizeLine)]
    [InlineData("5 5\r\n", ChunkedFault.BadSizeLine)]
    [InlineData("5g\r\n", ChunkedFault.BadSizeLine)]
    [InlineData("8000000000000000\r\n", ChunkedFault.SizeTooLarge)]
    [InlineData("10000000000000005\r\n", ChunkedFault.SizeTooLarge)]
    [InlineData("00000000000000005\r\n", ChunkedFault.SizeTooLarge)]
    [InlineData("5\nhello", ChunkedFault.BareLineEnd)]
    [InlineData("5;a\nhello", ChunkedFault.BareLineEnd)]
    [InlineData("5\rhello", ChunkedFault.BareLineEnd)]
    [InlineData("5;a\rb", ChunkedFault.BareLineEnd)]
    [InlineData("5;\0\r\n", ChunkedFault.BadExtension)]
    [InlineData("4\r\nhello\r\n", ChunkedFault.MissingDataEnd)]
    [InlineData("5\r\nhello\n", ChunkedFault.MissingDataEnd)]
    [InlineData("5\r\nhello\rx", ChunkedFault.MissingDataEnd)]
    [InlineData("0\r\n\n", ChunkedFault.BareLineEnd)]
    [InlineData("0\r\nX: y\n\r\n", ChunkedFault.BareLineEnd)]
    [InlineData("0\r\nX\r\n\r\n", ChunkedFault.BadTrailer)]
    [InlineData("0\r\nX : y\r\n\r\n", ChunkedFault.BadTrailer)]
    [InlineData("0\r\nHost: a\r\nX : y\r\n\r\n", ChunkedFault.BadTrailer)]
    [InlineData("0\r\n: y\r\n\r\n", ChunkedFault.BadTrailer)]
    [InlineData("0\r\nX: a\r\n b\r\n\r\n", ChunkedFault.BadTrailer)]
    [InlineData("0\r\nX: a\rb\r\n\r\n", ChunkedFault.BadTrailer)]
    public void Body_Malformed_IsNamed(string text, ChunkedFault fault)
    {
        (_, ChunkedStep last, _, ChunkedFault found) = Decode(Wire.Bytes(text));

        Assert.Equal(ChunkedStatus.Malformed, last.Status);
        Assert.Equal(fault, found);
    }

    [Theory]
    [InlineData(-1, ChunkedFault.None)]
    [InlineData(0, ChunkedFault.None)]
    [InlineData(1, ChunkedFault.ExtensionTooLong)]
    public void Extension_AroundItsLimit_IsRefusedAbove(int over, ChunkedFault fault)
    {
        string extension = ";" + new string('a', HttpLimits.ChunkExtensionBytes - 1 + over);

        Assert.Equal(fault, Decode(Wire.Bytes($"0{extension}\r\n\r\n")).Fault);
    }

    [Fact]
    public void Extensions_WorthMoreThanTheirData_AreRefused()
    {
        StringBuilder text = new();
        string extension = new('a', 1000);
        for (int chunk = 0; chunk < 20; chunk++)
        {
            text.Append($"1;{extension}\r\nx\r\n");
        }

        Assert.Equal(ChunkedFault.TooMuchOverhead, Decode(Wire.Bytes(text.ToString())).Fault);
    }

    [Fact]
    public void Chunks_OfOneByte_AreNoOverhead()
    {
        string text = string.Concat(Enumerable.Repeat("1\r\nx\r\n", 100_000)) + "0\r\n\r\n";

        Assert.Equal(100_000, Decode(Wire.Bytes(text)).Data.Length);
    }

    [Theory]
    [InlineData(-1, ChunkedFault.None)]
    [InlineData(0, ChunkedFault.None)]
    [InlineData(1, ChunkedFault.TrailersTooLarge)]
    public void Trailers_AroundTheirLimit_AreRefusedAbove(int over, ChunkedFault fault)
    {
        string trailers = "X: " + new string('a', HttpLimits.TrailerBytes - 7 + over) + "\r\n\r\n";
        Assert.Equal(HttpLimits.TrailerBytes + over, trailers.Length);

        Assert.Equal(fault, Decode(Wire.Bytes("0\r\n" + trailers)).Fault);
    }

    [Theory]
    [InlineData(0, ChunkedFault.None)]
    [InlineData(1, ChunkedFault.TooManyTrailers)]
    public void TrailerCount_AroundItsLimit_IsRefusedAbove(int over, ChunkedFault fault)
    {
        string trailers = string.Concat(Enumerable.Repeat("X: y\r\n", HttpLimits.TrailerCount + over));

        Assert.Equal(fault, Decode(Wire.Bytes("0\r\n" + trailers + "\r\n")).Fault);
    }

    [Fact]
    public void Decoder_AfterTheEnd_ConsumesNothing()
    {
        ChunkedDecoder decoder = default;
        Assert.Equal(ChunkedStatus.Complete, decoder.Decode("0\r\n\r\n"u8).Status);

        Assert.Equal(new ChunkedStep(ChunkedStatus.Complete, 0, 0, 0), decoder.Decode("0\r\n\r\n"u8));
    }

    private static (string Data, ChunkedStep Last, int Consumed, ChunkedFault Fault) Decode(byte[] input)
    {
        ChunkedDecoder decoder = default;
        StringBuilder data = new();
        int at = 0;
        while (true)
        {
            ChunkedStep step = decoder.Decode(input.AsSpan(at));
            if (step.Status == ChunkedStatus.Data)
            {
                data.Append(Wire.Text(input.AsSpan(at + step.Offset, step.Length)));
            }

            at += step.Consumed;
            if (step.Status != ChunkedStatus.Data)
            {
                return (data.ToString(), step, at, decoder.Fault);
            }
        }
    }
}
