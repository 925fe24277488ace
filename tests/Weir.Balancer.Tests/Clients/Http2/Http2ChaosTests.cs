using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// Many streams of several clients at once, with uploads, resets, early answers, targets that cut and windows that hardly move,
/// in an order that a seed decides: whatever is answered is the answer to that request, and nothing is left behind.
/// </summary>
public sealed class Http2ChaosTests
{
    private const int Clients = 3;
    private const int StreamsPerClient = 25;
    private const int MaxBody = 30_000;

    private static readonly string[] _kinds = ["echo", "echo", "echo", "early", "cut", "close"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Streams_InAnyOrder_GetTheirOwnAnswers(int seed) => Run(seed);

    // As many more as one has time for: -explicit only.
    [Fact(Explicit = true)]
    public void Seeds_VeryMany_HoldTheSame()
    {
        for (int seed = 1000; seed < 1600; seed++)
        {
            Run(seed);
            Bend(seed);
        }
    }

    // Bytes that no client would send: whatever they do, they cost their connection and nothing else.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bytes_BentAtRandom_CostTheirConnectionOnly(int seed) => Bend(seed);

    private static void Bend(int seed)
    {
        var random = new Random(seed);
        using var world = new BalancerWorld(new WorldOptions { Seed = (ulong)seed });
        _ = new Http2Door(world);
        _ = new EchoTarget(world, random);
        for (int i = 0; i < 40; i++)
        {
            byte[] bytes = Conversation(random);
            for (int bend = random.Next(1, 5); bend > 0; bend--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Peer client = world.Connect(Http2Door.PortOf(0));
            client.Send(bytes[..random.Next(24, bytes.Length)]);
            world.RunMs(random.Next(1, 40));
            client.Close();
        }

        world.RunSeconds(2);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(world.Counters[Counter.Requests], world.Counters[Counter.Http2Streams]);
        var after = new Http2Peer(world);
        Assert.Equal("/echo/after:", after.Read(after.Get("/echo/after")).Body);
        world.TakeReports();
    }

    // What a client might say that has several requests, with frames of every kind between them.
    private static byte[] Conversation(Random random)
    {
        var encoder = new HpackEncoder();
        var bytes = new List<byte>(FrameReader.ClientPreface.ToArray());
        bytes.AddRange(Http2Peer.Framed(FrameType.Settings, 0, 0, [0, 4, 0, 1, 0, 0]));
        for (int id = 1; id < 20; id += 2)
        {
            byte[] block = Http2Peer.Block(encoder, $":method: POST\n:scheme: https\n:authority: a\n:path: /echo/{id}\nx-{id}: {id}\ncookie: a=b\n");
            int cut = random.Next(block.Length);
            bytes.AddRange(Http2Peer.Framed(FrameType.Headers, 0, id, block.AsSpan(0, cut)));
            bytes.AddRange(Http2Peer.Framed(FrameType.Continuation, 4, id, block.AsSpan(cut)));
            bytes.AddRange(Http2Peer.Framed(FrameType.Data, 8, id, [3, .. new byte[random.Next(100)], 0, 0, 0]));
            bytes.AddRange(Http2Peer.Framed(FrameType.Ping, 0, 0, new byte[8]));
            bytes.AddRange(Http2Peer.Framed(FrameType.Priority, 0, id, new byte[5]));
            bytes.AddRange(Http2Peer.Framed(FrameType.WindowUpdate, 0, random.Next(2) * id, [0, 0, 1, 0]));
            bytes.AddRange(random.Next(3) switch
            {
                0 => Http2Peer.Framed(FrameType.RstStream, 0, id, [0, 0, 0, 8]),
                1 => Http2Peer.Framed(FrameType.Headers, 5, id, Http2Peer.Block(encoder, "x-t: 1\n")),
                _ => Http2Peer.Framed(FrameType.Data, 1, id, []),
            });
        }

        return [.. bytes];
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        using var world = new BalancerWorld(new WorldOptions
        {
            Seed = (ulong)seed,
            LoadBalancer = [$"weir.stale_connection.mode={(seed % 2 == 0 ? "observe" : "protect")}"],
            Network = new SimNetworkOptions
            {
                Link = new SimLinkOptions { LatencyMicros = 500, JitterMicros = random.Next(2) * 700, SplitProbability = random.NextDouble() / 2 },
            },
        });
        _ = new Http2Door(world);
        var target = new EchoTarget(world, random);
        Chaotic[] clients = [.. Enumerable.Range(0, Clients).Select(number => new Chaotic(world, random, number))];
        while (clients.Any(static client => !client.IsDone))
        {
            Array.ForEach(clients, static client => client.Step());
            if (random.Next(3000) == 0)
            {
                clients[0].GiveUp();
            }

            world.RunMs(random.Next(3));
        }

        string where = $"seed {seed}";
        Assert.Empty(target.Problems);
        Array.ForEach(clients, client => client.Check(where));
        Array.ForEach(clients, static client => client.Peer.Bytes.Close());
        world.RunSeconds(1);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.True(world.BalancerLoop.Buffers.Rented == 0, $"{where}: {world.BalancerLoop.Buffers.Rented} buffers are left");
        world.TakeReports();
        int opened = clients.Sum(static client => client.Opened);
        Assert.True(clients[0].HasGivenUp || opened == Clients * StreamsPerClient, where);
        Assert.InRange(world.Counters[Counter.Http2Streams], opened - StreamsPerClient, opened);
        Assert.Equal(world.Counters[Counter.Http2Streams], world.Log().Count);
    }

    private sealed class Chaotic(BalancerWorld world, Random random, int number)
    {
        private readonly List<ChaoticStream> _streams = [];
        private int _quietSteps;

        public Http2Peer Peer { get; } = new(world) { GivesWindow = false };

        /// <summary>It has closed its connection in the middle of everything.</summary>
        public bool HasGivenUp { get; private set; }

        public int Opened => _streams.Count;

        public bool IsDone => HasGivenUp || _streams.Count == StreamsPerClient && _streams.TrueForAll(stream => stream.IsOver(Peer));

        public void GiveUp()
        {
            HasGivenUp = true;
            Peer.Bytes.Reset();
        }

        public void Step()
        {
            if (HasGivenUp)
            {
                return;
            }

            Peer.Look();
            GiveWindow();
            if (_streams.Count < StreamsPerClient && random.Next(4) == 0)
            {
                Open();
            }

            foreach (ChaoticStream stream in _streams.Where(stream => !stream.IsOver(Peer)))
            {
                Step(stream);
            }

            _quietSteps = IsDone ? 0 : _quietSteps + 1;
            Assert.True(_quietSteps < 60_000, string.Join(", ", _streams.Where(stream => !stream.IsOver(Peer)).Select(stream => stream.Path)));
        }

        public void Check(string where)
        {
            Assert.Empty(Peer.GoAways);
            foreach (ChaoticStream stream in HasGivenUp ? [] : _streams)
            {
                Http2Answer answer = Peer.At(stream.Id);
                string what = $"{where}, {stream.Path}: {string.Join('|', answer.Blocks)} {answer.Body.Length} of {stream.Body.Length} {answer.IsEnded} {answer.Reset}";
                // A connection that the target closed behind an answer of before, as the request went out on it.
                if (stream.WasReset || (answer.IsEnded && answer.Status == "502" && world.Counters[FailureReason.TargetClosed] > 0))
                {
                    continue;
                }

                switch (stream.Kind)
                {
                    case "echo":
                        Assert.True(answer.IsEnded && answer.Body == $"{stream.Path}:{stream.Body}", what);
                        break;
                    case "early":
                        Assert.True(answer.IsEnded && answer.Body == $"{stream.Path}:", what);
                        Assert.True(answer.Reset is null or Http2ErrorCode.NoError, what);
                        break;
                    case "cut":
                        Assert.True(answer.Reset == Http2ErrorCode.InternalError && !answer.IsEnded, what);
                        Assert.True($"{stream.Path}:{stream.Body}".StartsWith(answer.Body, StringComparison.Ordinal), what);
                        break;
                    default:
                        Assert.Fail($"{what} was answered: {answer.Head}");
                        break;
                }
            }
        }

        private void GiveWindow()
        {
            if (random.Next(3) == 0)
            {
                Peer.WindowUpdate(0, random.Next(1, 60_000));
            }

            foreach (ChaoticStream stream in _streams.Where(stream => !stream.IsOver(Peer) && random.Next(6) == 0))
            {
                Peer.WindowUpdate(stream.Id, random.Next(1, 20_000));
            }
        }

        private void Open()
        {
            string kind = _kinds[random.Next(_kinds.Length)];
            string path = $"/{kind}/{number}/{_streams.Count}";
            string method = random.Next(2) == 0 ? "PUT" : "POST";
            string body = random.Next(3) == 0 ? "" : new string((char)('a' + random.Next(26)), random.Next(1, MaxBody));
            bool hasLength = random.Next(2) == 0;
            bool hasTrailers = random.Next(4) == 0 && body.Length > 0 && !hasLength;
            string fields = $":method: {method}\n:scheme: https\n:authority: a\n:path: {path}\n" + (hasLength ? $"content-length: {body.Length}\n" : "");
            int id = Peer.Request(fields, ends: body.Length == 0);
            _streams.Add(new ChaoticStream(id, kind, path, body, hasTrailers));
        }

        private void Step(ChaoticStream stream)
        {
            if (random.Next(400) == 0)
            {
                stream.WasReset = true;
                Peer.Reset(stream.Id);
                return;
            }

            int window = Math.Min(Peer.WindowOf(stream.Id), 16 * 1024);
            if (stream.Unsent == 0 || window <= 0 || random.Next(3) != 0)
            {
                return;
            }

            int bytes = random.Next(1, Math.Min(stream.Unsent, window) + 1);
            bool isLast = bytes == stream.Unsent;
            Peer.Data(stream.Id, stream.Upload.Substring(stream.Sent, bytes), isLast && !stream.HasTrailers);
            stream.Sent += bytes;
            if (isLast && stream.HasTrailers)
            {
                Peer.Headers(stream.Id, Peer.Block("x-t: 1\n"), ends: true);
            }
        }
    }

    private sealed class ChaoticStream(int id, string kind, string path, string upload, bool hasTrailers)
    {
        public int Id => id;

        public string Kind => kind;

        public string Path => path;

        public string Upload => upload;

        public bool HasTrailers => hasTrailers;

        /// <summary>What the target takes for the body: with the trailers, as it shows them.</summary>
        public string Body => upload + (hasTrailers ? "x-t: 1\r\n" : "");

        public int Sent { get; set; }

        public int Unsent => upload.Length - Sent;

        public bool WasReset { get; set; }

        public bool IsOver(Http2Peer peer) => WasReset || peer.At(id) is { IsEnded: true } or { Reset: not null };
    }
}
