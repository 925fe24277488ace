using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests;

/// <summary>Windows and turns: neither a slow client nor a slow target makes the balancer hold more than its share.</summary>
public sealed class Http2FlowTests
{
    // Two of them, with their frames, are no more than a peer keeps.
    private const int BodyBytes = 400_000;

    private static string Big(int bytes = BodyBytes) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n{new string('x', bytes)}";

    [Fact]
    public void Client_ThatGivesNoWindow_StallsTheTarget()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world) { GivesWindow = false };
        int id = client.Get();
        Peer target = world.Target.Accept();
        target.Answer(Big(2 * BodyBytes));
        world.RunSeconds(5);
        Assert.Equal(65_535, client.At(id).Body.Length);
        Assert.True(target.UnsentBytes > 0);
        Assert.True(world.BalancerLoop.Buffers.Rented <= 2, "a piece, and what is unsent");

        client.GivesWindow = true;
        client.WindowUpdate(0, 65_535);
        client.WindowUpdate(id, 65_535);
        Http2Answer answer = client.Read(id);
        Assert.Equal(2 * BodyBytes, answer.Body.Length);
        Assert.True(answer.Pieces.Max() <= 16 * 1024);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Stream_WithoutAWindow_HoldsUpNoOther()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world) { GivesWindow = false };
        client.WindowUpdate(0, BodyBytes);
        int stalled = client.Get();
        Peer first = world.Target.Accept();
        first.Answer(Big());
        client.Until(() => client.At(stalled).Body.Length == 65_535, "the window to be full");
        int id = client.Get();
        world.Target.Accept().Answer(Big(50_000));
        Assert.Equal(50_000, client.Read(id).Body.Length);
        Assert.False(client.At(stalled).IsEnded);
    }

    [Fact]
    public void Bodies_OfTwoStreams_GoOutInTurn()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world) { GivesWindow = false };
        client.Setting(SettingId.InitialWindowSize, 2 * BodyBytes);
        int[] ids = [client.Get(), client.Get()];
        Peer[] targets = [world.Target.Accept(), world.Target.Accept()];
        Array.ForEach(targets, target => target.Answer(Big()));
        world.RunSeconds(1);
        client.WindowUpdate(0, 3 * BodyBytes);
        Array.ForEach(ids, id => client.Read(id));
        int[] order = [.. client.Order.Where(frame => frame.Type == FrameType.Data).Select(frame => frame.Id)];
        int[] later = [.. order.Skip(10).SkipLast(10)];
        Assert.True(later.Zip(later.Skip(1)).Count(pair => pair.First != pair.Second) > later.Length / 3, string.Join(' ', order));
    }

    [Fact]
    public void Window_OfAnyInitialSize_IsKeptAndChanged()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world) { GivesWindow = false };
        client.Setting(SettingId.InitialWindowSize, 10);
        int id = client.Get();
        world.Target.Accept().Answer(Big(100));
        world.RunMs(50);
        Assert.Equal([10], client.At(id).Pieces);
        client.WindowUpdate(id, 5);
        client.Until(() => client.At(id).Body.Length == 15, "five more");
        // Below 0: nothing moves until what was taken back is given again.
        client.Setting(SettingId.InitialWindowSize, 0);
        client.WindowUpdate(id, 10);
        world.RunMs(50);
        Assert.Equal(15, client.At(id).Body.Length);
        client.Setting(SettingId.InitialWindowSize, 100);
        Assert.Equal(100, client.Read(id).Body.Length);
        Assert.Equal(4, client.SettingsAcks);
    }

    [Fact]
    public void Target_ThatTakesNothing_StallsItsClientsStream()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.StopReading();
        int sent = Upload(world, client, id, 10 * BodyBytes);
        Assert.InRange(sent, 65_535, 5 * BodyBytes);
        // Not more than the window is held: in pieces of the pool, with those that the kernel does not take.
        Assert.True(world.BalancerLoop.Buffers.Rented <= 4);

        target.GoOnReading();
        while (sent < 10 * BodyBytes)
        {
            int more = Upload(world, client, id, (10 * BodyBytes) - sent);
            Assert.True(more > 0, "the window grows again");
            sent += more;
        }

        client.Data(id, "", ends: true);
        world.RunSeconds(1);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("200", client.Read(id).Status);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Data_BeyondTheStreamsWindow_ResetsTheStream()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        Peer target = world.Target.Accept();
        target.StopReading();
        for (int i = 0; i < 20; i++)
        {
            client.Data(id, new string('x', 16 * 1024));
        }

        Assert.Equal(Http2ErrorCode.FlowControlError, client.Read(id).Reset);
        Assert.Equal(1, world.Counters[Http2Fault.WindowExceeded]);
        int next = client.Get();
        world.Target.Accept().Answer(Big(2));
        Assert.Equal("xx", client.Read(next).Body);
        LogLine line = world.Log().Single(line => line[13].Contains("POST", StringComparison.Ordinal));
        Assert.Equal("400", line[9]);
    }

    [Fact]
    public void Data_BeyondTheConnectionsWindow_EndsTheConnection()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        // 17 streams that are full are more than the connection may hold; what the targets' kernels took is given back.
        for (int i = 0; i < 40 && !client.Bytes.Ended; i++)
        {
            int id = client.Post();
            Peer target = world.Target.Accept();
            target.StopReading();
            Upload(world, client, id, 3 * BodyBytes);
        }

        Assert.Equal(Http2ErrorCode.FlowControlError, client.ReadGoAway().Code);
        Assert.Equal(1, world.Counters[Http2Fault.ConnectionWindowExceeded]);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
    }

    [Fact]
    public void Padding_AndDroppedData_GiveTheWindowsBack()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        Peer target = world.Target.Accept();
        byte[] padded = [200, (byte)'x', .. new byte[200]];
        int frames = 0;
        for (; frames < 1500; frames++)
        {
            client.Frame(FrameType.Data, 8, id, padded);
            world.RunMs(1);
        }

        world.RunMs(10);
        client.Look();
        int given = client.WindowUpdates.Where(update => update.Id == id).Sum(update => update.Increment);
        Assert.InRange(given, (frames * padded.Length) - 65_535, frames * padded.Length);
        target.ReadHead();
        Assert.Equal(frames, Chunked.Decode(target.Take() + "0\r\n\r\n").Length);

        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.Until(() => client.At(id).Reset is not null, "the reset");
        int before = client.WindowUpdates.Where(update => update.Id == 0).Sum(update => update.Increment);
        for (int i = 0; i < 64; i++)
        {
            client.Data(id, new string('x', 16 * 1024));
            world.RunMs(1);
        }

        client.Look();
        int after = client.WindowUpdates.Where(update => update.Id == 0).Sum(update => update.Increment);
        Assert.True(after - before >= 512 * 1024, $"{after - before} of what nobody wants is given back");
        Assert.Empty(client.GoAways);
    }

    // Sends as much as the stream's window allows, and says how much that was.
    private static int Upload(BalancerWorld world, Http2Peer client, int id, int bytes)
    {
        int sent = 0;
        while (sent < bytes)
        {
            if (client.WindowOf(id) <= 0)
            {
                world.RunMs(50);
                if (client.WindowOf(id) <= 0)
                {
                    break;
                }
            }

            int piece = Math.Min(Math.Min(client.WindowOf(id), 16 * 1024), bytes - sent);
            client.Data(id, new string('u', piece));
            sent += piece;
        }

        world.RunMs(50);
        return sent;
    }
}
