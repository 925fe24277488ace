using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Http.Tests.Http2.Frames;

public sealed class FrameWriterTests
{
    [Fact]
    public void Frames_Written_AreThoseOfTheDocument()
    {
        FrameWriter writer = new(new byte[300]);
        writer.AppendClientPreface();
        writer.AppendSettings([(SettingId.MaxConcurrentStreams, 128), (SettingId.EnablePush, 0)]);
        writer.AppendSettingsAck();
        writer.AppendPing([1, 2, 3, 4, 5, 6, 7, 8], isAck: true);
        writer.AppendWindowUpdate(0, int.MaxValue);
        writer.AppendDataHeader(3, 5, isEndStream: true);
        writer.AppendRstStream(5, Http2ErrorCode.RefusedStream);
        writer.AppendGoAway(int.MaxValue, Http2ErrorCode.EnhanceYourCalm);

        Assert.False(writer.Overflowed);
        Assert.Equal(
            Convert.ToHexStringLower(FrameReader.ClientPreface)
            + Of(FrameType.Settings, 0, 0, "000300000080" + "000200000000")
            + Of(FrameType.Settings, 1)
            + Of(FrameType.Ping, 1, 0, "0102030405060708")
            + Of(FrameType.WindowUpdate, 0, 0, "7fffffff")
            + "000005" + "00" + "01" + "00000003"
            + Of(FrameType.RstStream, 0, 5, "00000007")
            + Of(FrameType.GoAway, 0, 0, "7fffffff" + "0000000b"),
            Convert.ToHexStringLower(writer.Written));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(4, "")]
    [InlineData(5, "1")]
    [InlineData(9, "41")]
    public void FieldBlock_OverTheFrameSize_GoesOnInContinuation(int bytes, string continued)
    {
        byte[] block = [.. Enumerable.Range(1, bytes).Select(number => (byte)number)];
        FrameWriter writer = new(new byte[100]);

        writer.AppendFieldBlock(1, block, isEndStream: true, maxFrameBytes: 4);

        string expected = Of(FrameType.Headers, continued.Length == 0 ? 5 : 1, 1, Convert.ToHexStringLower(block[..Math.Min(4, bytes)]));
        int at = 4;
        for (int number = 0; number < continued.Length; number++)
        {
            int length = continued[number] - '0';
            expected += Of(
                FrameType.Continuation, number == continued.Length - 1 ? 4 : 0, 1, Convert.ToHexStringLower(block.AsSpan(at, length)));
            at += length;
        }

        Assert.Equal(expected, Convert.ToHexStringLower(writer.Written));
    }

    [Fact]
    public void Frame_ThatDoesNotFit_IsLeftOutWithAllAfterIt()
    {
        FrameWriter writer = new(new byte[20]);
        writer.AppendSettingsAck();
        writer.AppendPing(new byte[8], isAck: false);
        writer.AppendSettingsAck();

        Assert.True(writer.Overflowed);
        Assert.Equal(9, writer.Length);
    }

    [Fact]
    public void Settings_Applied_AreTheLastOnesAndReachTheEncoder()
    {
        PeerSettings settings = new();
        HpackEncoder encoder = new();
        FrameWriter writer = new(new byte[100]);
        writer.AppendSettings(
        [
            (SettingId.HeaderTableSize, 0), (SettingId.HeaderTableSize, 100), (SettingId.EnablePush, 0),
            (SettingId.MaxConcurrentStreams, 7), (SettingId.InitialWindowSize, 1), (SettingId.MaxFrameSize, 20_000),
            (SettingId.MaxHeaderListSize, 9), (SettingId.MaxConcurrentStreams, 8),
        ]);

        Assert.Equal(Http2Fault.None, settings.Apply(writer.Written[FrameHeader.Bytes..], isFromServer: false));
        settings.ApplyTo(encoder);

        Assert.Equal(
            (100u, false, 8u, 1, 20_000, 9u),
            (settings.HeaderTableBytes, settings.EnablePush, settings.MaxConcurrentStreams, settings.InitialWindowBytes,
                settings.MaxFrameBytes, settings.MaxHeaderListBytes));
        FieldBlockWriter block = new(encoder, new byte[64]);
        Assert.True(block.TryAppendStatus(200));
        Assert.Equal("203f4588", Convert.ToHexStringLower(block.Written));
    }
}
