using System.Globalization;

namespace Weir.Http.Tests;

public sealed class HeadWriterTests
{
    [Fact]
    public void Parts_ThatFit_AreWrittenAsAsked()
    {
        HeadWriter writer = new(new byte[256]);
        writer.AppendStatusLine(503);
        writer.AppendField("Date"u8, "x"u8);
        writer.AppendField("Content-Length"u8, -9223372036854775808);
        writer.AppendLowerCase("ExAmple[@`{"u8);
        writer.AppendHex(0x0afe);
        writer.Append((byte)' ');
        writer.AppendHex(0x0afe, 8);
        writer.AppendLineEnd();

        Assert.False(writer.Overflowed);
        Assert.Equal(
            "HTTP/1.1 503 Service Temporarily Unavailable\r\nDate: x\r\nContent-Length: -9223372036854775808\r\n"
            + "example[@`{afe 00000afe\r\n",
            Wire.Text(writer.Written));
    }

    [Theory]
    [InlineData(0UL, "0")]
    [InlineData(15UL, "f")]
    [InlineData(16UL, "10")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void Hex_OfANumber_HasNoLeadingZeros(ulong value, string expected)
    {
        HeadWriter writer = new(new byte[16]);
        writer.AppendHex(value);

        Assert.Equal(expected, Wire.Text(writer.Written));
    }

    [Fact]
    public void Overflow_AtAnyPart_LeavesOutTheRest()
    {
        HeadWriter writer = new(new byte[4]);
        writer.Append("abc"u8);
        writer.Append("de"u8);
        writer.Append((byte)'f');
        writer.AppendHex(1);
        writer.AppendField("a"u8, "b"u8);
        writer.AppendLowerCase("G"u8);
        writer.AppendDate(0);

        Assert.True(writer.Overflowed);
        Assert.Equal("abc", Wire.Text(writer.Written));
    }

    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(255, "ff\r\n")]
    [InlineData(long.MaxValue, "7fffffffffffffff\r\n")]
    public void ChunkHead_OfASize_IsHexadecimal(long dataBytes, string expected)
    {
        byte[] room = new byte[ChunkedWriter.MaxHeadBytes];

        Assert.True(ChunkedWriter.TryWriteHead(dataBytes, room, out int written));
        Assert.Equal(expected, Wire.Text(room.AsSpan(0, written)));
        Assert.False(ChunkedWriter.TryWriteHead(dataBytes, room.AsSpan(0, written - 1), out _));
    }

    [Theory]
    [InlineData(784111777)]
    [InlineData(0)]
    [InlineData(951782400)]
    [InlineData(4107542399)]
    [InlineData(1795461493)]
    [InlineData(253402300799)]
    public void Date_OfASecond_IsImfFixdate(long unixSeconds)
    {
        // Source: RFC 9110 §5.6.7.
        byte[] room = new byte[HttpDate.Length];

        HttpDate.Write(unixSeconds, room);

        string expected = DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("r", CultureInfo.InvariantCulture);
        Assert.Equal(expected, Wire.Text(room));
    }

    [Fact]
    public void Date_OfEveryDay_AgreesWithTheCalendar()
    {
        byte[] room = new byte[HttpDate.Length];
        for (long day = 0; day < 80_000; day++)
        {
            HttpDate.Write(day * 86_400, room);
            string expected = DateTimeOffset.FromUnixTimeSeconds(day * 86_400).ToString("r", CultureInfo.InvariantCulture);
            Assert.Equal(expected, Wire.Text(room));
        }
    }
}
