using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;

namespace Weir.Http.Tests.Http2.Defences;

public sealed class AbuseGuardTests
{
    private static readonly FrameHeader _data = new(100, FrameType.Data, FrameFlags.None, 1);

    // Each kind alone: so many at once pass, the next is named; and after a second so many more.
    [Theory]
    [InlineData(FrameType.RstStream, 4, Http2Limits.ResetBurst, Http2Limits.ResetsPerSecond, Http2Fault.ResetFlood)]
    [InlineData(FrameType.Settings, 0, Http2Limits.SettingsBurst, Http2Limits.SettingsPerSecond, Http2Fault.SettingsFlood)]
    [InlineData(FrameType.Ping, 8, Http2Limits.PingBurst, Http2Limits.PingsPerSecond, Http2Fault.PingFlood)]
    [InlineData(FrameType.Priority, 5, Http2Limits.PriorityPerStream, 0, Http2Fault.PriorityFlood)]
    [InlineData(FrameType.WindowUpdate, 4, Http2Limits.WindowUpdateBurst, 0, Http2Fault.WindowUpdateFlood)]
    [InlineData((FrameType)0xAB, 0, Http2Limits.UnknownFrameBurst, Http2Limits.UnknownFramesPerSecond, Http2Fault.UnknownFrameFlood)]
    public void Flood_OfOneKind_IsNamedAtItsLimit(FrameType type, int length, int burst, int perSecond, Http2Fault fault)
    {
        const long StartMs = 1_000_000_000;
        AbuseGuard guard = new();
        FrameHeader header = new(length, type, FrameFlags.None, 1);

        Assert.Equal(burst, Passing(guard, header, StartMs, fault));
        Assert.Equal(perSecond, Passing(guard, header, StartMs + 1000, fault));
        Assert.Equal(perSecond > 0 ? burst : 0, Passing(guard, header, StartMs + 100_000_000, fault));
    }

    [Fact]
    public void StreamErrors_CausedByTheClient_AreBoundedAsItsOwnResets()
    {
        AbuseGuard guard = new();
        int passing = 0;
        while (guard.CountStreamFault(5) == Http2Fault.None)
        {
            passing++;
        }

        Assert.Equal(Http2Limits.ResetBurst, passing);
        Assert.Equal(Http2Fault.ResetFlood, guard.CountStreamFault(5));
    }

    [Theory]
    [InlineData(0, Http2Fault.None)]
    [InlineData(1, Http2Fault.ContinuationFlood)]
    public void Continuations_AroundTheirLimit_AreNamedAbove(int over, Http2Fault fault)
    {
        AbuseGuard guard = new();
        FrameHeader headers = new(100, FrameType.Headers, FrameFlags.None, 1);
        FrameHeader continuation = new(100, FrameType.Continuation, FrameFlags.None, 1);
        for (int block = 0; block < 3; block++)
        {
            Assert.Equal(Http2Fault.None, guard.Count(headers, isEmpty: false, 0));
            for (int count = 1; count < Http2Limits.ContinuationsPerBlock + over; count++)
            {
                Assert.Equal(Http2Fault.None, guard.Count(continuation, isEmpty: false, 0));
            }

            if (block == 2)
            {
                Assert.Equal(fault, guard.Count(continuation, isEmpty: false, 0));
            }
        }
    }

    [Theory]
    [InlineData("DATA", FrameType.Data, FrameFlags.None, Http2Limits.EmptyFramesInARow)]
    [InlineData("padded to nothing", FrameType.Data, FrameFlags.Padded, Http2Limits.EmptyFramesInARow)]
    [InlineData("DATA that ends its stream", FrameType.Data, FrameFlags.EndStreamOrAck, 1000)]
    [InlineData("HEADERS", FrameType.Headers, FrameFlags.None, Http2Limits.EmptyFramesInARow)]
    [InlineData("HEADERS that end the block", FrameType.Headers, FrameFlags.EndHeaders, 1000)]
    public void EmptyFrames_InARow_AreNamedAboveTheirLimit(string row, FrameType type, FrameFlags flags, int passing)
    {
        AbuseGuard guard = new();
        FrameHeader header = new(0, type, flags, 1);
        for (int count = 0; count < passing; count++)
        {
            Assert.True(guard.Count(header, isEmpty: true, 0) == Http2Fault.None, row);
        }

        Assert.Equal(passing == 1000 ? Http2Fault.None : Http2Fault.EmptyFrameFlood, guard.Count(header, isEmpty: true, 0));
    }

    [Fact]
    public void EmptyFrames_BetweenFullOnes_AreLetPass()
    {
        AbuseGuard guard = new();
        for (int count = 0; count < 1000; count++)
        {
            Assert.Equal(Http2Fault.None, guard.Count(_data with { Length = 0 }, isEmpty: true, 0));
            Assert.Equal(Http2Fault.None, guard.Count(_data, isEmpty: false, 0));
            guard.Carried(100);
        }
    }

    // gRPC clients ping while they receive, and update windows as they read.
    [Fact]
    public void PingsAndWindowUpdates_BesideDataThatIsSent_AreLetPass()
    {
        AbuseGuard guard = new();
        FrameHeader ping = new(8, FrameType.Ping, FrameFlags.None, 0);
        FrameHeader update = new(4, FrameType.WindowUpdate, FrameFlags.None, 1);
        for (int count = 0; count < 10_000; count++)
        {
            guard.DataSent(1);
            guard.Carried(1000);
            Assert.Equal(Http2Fault.None, guard.Count(ping, isEmpty: true, 0));
            Assert.Equal(Http2Fault.None, guard.Count(update, isEmpty: true, 0));
            Assert.Equal(Http2Fault.None, guard.Count(update, isEmpty: true, 0));
        }
    }

    [Fact]
    public void PrioritiesAndWindowUpdates_OfNewStreams_AreLetPass()
    {
        AbuseGuard guard = new();
        FrameHeader priority = new(5, FrameType.Priority, FrameFlags.None, 1);
        FrameHeader update = new(4, FrameType.WindowUpdate, FrameFlags.None, 1);
        for (int stream = 0; stream < 10_000; stream++)
        {
            guard.StreamOpened();
            guard.Carried(100);
            Assert.Equal(Http2Fault.None, guard.Count(priority, isEmpty: true, 0));
            Assert.Equal(Http2Fault.None, guard.Count(update, isEmpty: true, 0));
        }
    }

    // As Go's client does: both windows grow at every 4 KiB that came.
    [Fact]
    public void WindowUpdates_OfALongDownload_AreNoOverhead()
    {
        AbuseGuard guard = new();
        FrameHeader update = new(FrameFields.WindowUpdateBytes, FrameType.WindowUpdate, FrameFlags.None, 1);
        for (long sent = 0; sent < 2L << 30; sent += Http2Limits.FrameBytes)
        {
            guard.DataSent(Http2Limits.FrameBytes);
            for (int i = 0; i < 8; i++)
            {
                Assert.Equal(Http2Fault.None, guard.Count(update, isEmpty: false, 0));
            }
        }
    }

    // Padding is worth nothing: 255 octets of it around one of data.
    [Fact]
    public void Overhead_OfPadding_IsNamedAboveItsLimit()
    {
        AbuseGuard guard = new();
        FrameHeader padded = new(257, FrameType.Data, FrameFlags.Padded, 1);
        int passing = 0;
        while (guard.Count(padded, isEmpty: false, 0) == Http2Fault.None)
        {
            guard.Carried(1);
            passing++;
        }

        Assert.Equal(Http2Fault.OverheadFlood, guard.Count(padded, isEmpty: false, 0));
        long bytes = (long)passing * (257 + FrameHeader.Bytes);
        Assert.InRange(bytes, Http2Limits.OverheadBytes * Http2Limits.OverheadRatio, Http2Limits.OverheadBytes * (Http2Limits.OverheadRatio + 1));
    }

    [Fact]
    public void Stall_LongerThanItsLimit_IsNamedWhateverElseComes()
    {
        const long limitMs = 60_000;
        StallWatch watch = default;
        Assert.Equal(Http2Fault.None, watch.Check(long.MaxValue, limitMs));
        watch.Blocked(1000);
        watch.Blocked(1000 + limitMs - 1);

        Assert.Equal(Http2Fault.None, watch.Check(1000 + limitMs - 1, limitMs));
        Assert.Equal(Http2Fault.WindowStall, watch.Check(1000 + limitMs, limitMs));
        watch.Moved();
        Assert.Equal(Http2Fault.None, watch.Check(1000 + limitMs, limitMs));
    }

    [Theory]
    [InlineData(Http2Fault.ResetFlood)]
    [InlineData(Http2Fault.ContinuationFlood)]
    [InlineData(Http2Fault.SettingsFlood)]
    [InlineData(Http2Fault.PingFlood)]
    [InlineData(Http2Fault.PriorityFlood)]
    [InlineData(Http2Fault.WindowUpdateFlood)]
    [InlineData(Http2Fault.EmptyFrameFlood)]
    [InlineData(Http2Fault.UnknownFrameFlood)]
    [InlineData(Http2Fault.OverheadFlood)]
    [InlineData(Http2Fault.WindowStall)]
    public void Abuse_OfAnyKind_EndsTheConnection(Http2Fault fault)
    {
        Assert.True(Http2Faults.EndsConnection(fault));
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, Http2Faults.Code(fault));
    }

    private static int Passing(AbuseGuard guard, in FrameHeader header, long nowMs, Http2Fault fault)
    {
        int passing = 0;
        Http2Fault found;
        while ((found = guard.Count(header, header.Length == 0, nowMs)) == Http2Fault.None)
        {
            passing++;
        }

        Assert.Equal(fault, found);
        return passing;
    }
}
