using CsCheck;
using Weir.Http.Http2;
using Weir.Http.Http2.Streams;

namespace Weir.Http.Tests.Http2.Streams;

/// <summary>RFC 9113 §5.2 and §6.9.</summary>
public sealed class FlowControlTests
{
    [Theory]
    [InlineData("§6.9.1 up to the largest", int.MaxValue - 1, 1, true)]
    [InlineData("§6.9.1 beyond it", int.MaxValue - 1, 2, false)]
    [InlineData("§6.9.1 the largest twice", int.MaxValue, int.MaxValue, false)]
    [InlineData("§6.9.2 from below 0", -5, 5, true)]
    public void SendWindow_Grown_StaysWithin31Bits(string row, int bytes, int increment, bool grows)
    {
        SendWindow window = new(bytes);

        Assert.True(grows == window.TryGrow(increment), row);
        Assert.Equal(grows ? bytes + increment : bytes, window.Bytes);
    }

    // §6.9.2: 60 KB sent, and then a window of 16 KB.
    [Fact]
    public void SendWindow_MadeSmaller_IsNegativeUntilItHasGrown()
    {
        SendWindow window = new(Http2Limits.InitialWindowBytes);
        Assert.True(window.TryTake(60_000));
        Assert.True(window.TryShift(Http2Limits.InitialWindowBytes, 16_384));

        Assert.Equal((16_384 - 60_000, 0), (window.Bytes, window.AvailableBytes));
        Assert.False(window.TryTake(1));
        Assert.True(window.TryTake(0));
        Assert.True(window.TryGrow(60_000));
        Assert.Equal(16_384, window.AvailableBytes);
    }

    [Theory]
    [InlineData("§6.9.2 up to the largest", 10, 0, int.MaxValue - 10, true)]
    [InlineData("§6.9.2 beyond it", 10, 0, int.MaxValue, false)]
    public void SendWindow_Shifted_StaysWithin31Bits(string row, int bytes, int oldInitial, int newInitial, bool shifts) =>
        Assert.True(shifts == new SendWindow(bytes).TryShift(oldInitial, newInitial), row);

    [Theory]
    [InlineData("§6.9.1 all of it", 10, true)]
    [InlineData("§6.9.1 more", 11, false)]
    [InlineData("§6.9.1 nothing", 0, true)]
    public void Window_OfTenOctets_TakesNoMore(string row, int bytes, bool taken)
    {
        SendWindow send = new(10);
        ReceiveWindow receive = new(10);

        Assert.True(taken == send.TryTake(bytes), row);
        Assert.True(taken == receive.TryReceive(bytes), row);
        Assert.Equal(taken ? 10 - bytes : 10, send.Bytes);
        Assert.Equal(send.Bytes, receive.Bytes);
    }

    // A sender that obeys is never refused, never stuck, and never more than a window ahead.
    [Fact]
    public void Windows_OfBothEnds_Agree() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 60].Array[1, 200]).Sample(
            (size, wishes) =>
            {
                SendWindow send = new(size);
                ReceiveWindow receive = new(size);
                foreach (int wish in wishes)
                {
                    int bytes = Math.Min(wish, send.AvailableBytes);
                    Assert.True(send.TryTake(bytes) && receive.TryReceive(bytes));
                    int increment = receive.PassOn(bytes);
                    Assert.True(increment == 0 || increment >= size / 2);
                    Assert.True(increment == 0 || send.TryGrow(increment));
                    Assert.Equal(send.Bytes, receive.Bytes);
                    Assert.InRange(send.Bytes, 1, size);
                }
            },
            iter: 1_000);

    [Theory]
    [InlineData(Http2Fault.FrameOnIdleStream, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.InvalidStreamId, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.FrameAfterEndStream, false, Http2ErrorCode.StreamClosed)]
    [InlineData(Http2Fault.FrameOnClosedStream, false, Http2ErrorCode.StreamClosed)]
    [InlineData(Http2Fault.HeadersOnClosedStream, true, Http2ErrorCode.StreamClosed)]
    [InlineData(Http2Fault.TooManyStreams, false, Http2ErrorCode.RefusedStream)]
    [InlineData(Http2Fault.WindowOverflow, false, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.ConnectionWindowOverflow, true, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.InitialWindowOverflow, true, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.WindowExceeded, false, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.ConnectionWindowExceeded, true, Http2ErrorCode.FlowControlError)]
    public void Fault_OfAStream_HasItsScopeAndCode(Http2Fault fault, bool endsConnection, Http2ErrorCode code)
    {
        Assert.Equal(endsConnection, Http2Faults.EndsConnection(fault));
        Assert.Equal(code, Http2Faults.Code(fault));
    }
}
