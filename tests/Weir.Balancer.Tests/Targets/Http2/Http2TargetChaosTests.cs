using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>
/// Many requests to one to three HTTP/2 targets that answer in any order, refuse, reset, say GOAWAY, close, or talk nonsense, as a seed decides:
/// what is answered is the answer to that request, and nothing is left behind.
/// </summary>
public sealed class Http2TargetChaosTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const int Requests = 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_ToTargetsThatDoAsTheyLike_GetTheirOwnAnswers(int seed) => Run(seed, bends: false);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_ToTargetsWhoseBytesAreBent_FailAlone(int seed) => Run(seed, bends: true);

    // As many more as one has time for: -explicit only.
    [Fact(Explicit = true)]
    public void Seeds_VeryMany_HoldTheSame()
    {
        for (int seed = 1000; seed < 1500; seed++)
        {
            Run(seed, bends: false);
            Run(seed, bends: true);
        }
    }

    private void Run(int seed, bool bends)
    {
        var random = new Random(seed);
        using BalancerWorld world = Http2World.Make(certificates, with: options => options with
        {
            Seed = (ulong)seed,
            Targets = 1 + (seed % 3),
            LoadBalancer = [$"weir.stale_connection.mode={(seed % 2 == 0 ? "observe" : "protect")}"],
            Network = new SimNetworkOptions
            {
                Link = new SimLinkOptions { LatencyMicros = 500, JitterMicros = random.Next(2) * 700, SplitProbability = random.NextDouble() / 2 },
            },
        });
        Http2Peer[] clients = [new(world), new(world), new(world)];
        var targets = new List<ChaoticTarget>();
        bool isOpen = true;
        var asked = new List<(Http2Peer Client, int Id, string Expected)>();
        for (int step = 0; step < 4_000 && !(asked.Count == Requests && asked.TrueForAll(IsOver)); step++)
        {
            if (asked.Count < Requests && random.Next(3) == 0)
            {
                asked.Add(Ask(clients[random.Next(clients.Length)], asked.Count, random));
            }

            foreach (TargetDouble target in world.Targets)
            {
                while (target.HasWaiting)
                {
                    targets.Add(new ChaoticTarget(target.AcceptHttp2(), random, bends));
                }
            }

            // The last one stops at times, and is there again soon.
            if (isOpen && world.Targets.Count > 1 && random.Next(100) == 0)
            {
                world.Targets.Last().Close();
                isOpen = false;
            }
            else if (!isOpen && random.Next(10) == 0)
            {
                world.Targets.Last().Open();
                isOpen = true;
            }

            targets.ForEach(static target => target.Step());
            world.RunMs(random.Next(4));
        }

        string where = $"seed {seed}{(bends ? ", bent" : "")}";
        int good = 0;
        foreach ((Http2Peer client, int id, string expected) in asked)
        {
            Assert.True(IsOver((client, id, expected)), $"{where}: stream {id} does not end");
            Http2Answer answer = client.At(id);
            if (answer is { IsEnded: true, Reset: null, Status: "200" })
            {
                good++;
                // Bent bytes may be another answer, but of this request's.
                Assert.True(bends || answer.Body == expected, $"{where}: {expected} was answered with {answer.Body}");
            }
        }

        Assert.InRange(good, bends ? 0 : Requests / 2, Requests);
        Array.ForEach(clients, static client => client.Bytes.Close());
        world.RunSeconds(1);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        // An idle connection may hold the beginning of a frame that a target has not sent to its end.
        world.RunSeconds(62);
        Assert.True(world.BalancerLoop.Buffers.Rented == 0, $"{where}: {world.BalancerLoop.Buffers.Rented} buffers are left");
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
        Assert.All(targets, target => Assert.True(target.Peer.Bytes.Ended, $"{where}: a connection is left"));
        world.TakeReports();
        Assert.Equal(Requests, world.Log().Count);
    }

    private static bool IsOver((Http2Peer Client, int Id, string Expected) asked) =>
        asked.Client.At(asked.Id) is { IsEnded: true } or { Reset: not null };

    private static (Http2Peer Client, int Id, string Expected) Ask(Http2Peer client, int number, Random random)
    {
        if (random.Next(2) == 0)
        {
            return (client, client.Get($"/{number}"), $"/{number}:");
        }

        int id = client.Request($":method: POST\n:scheme: https\n:authority: a\n:path: /{number}\n", ends: false);
        string body = new((char)('a' + (number % 26)), random.Next(20_000));
        client.Data(id, body[..(body.Length / 2)]);
        client.Data(id, body[(body.Length / 2)..], ends: true);
        return (client, id, $"/{number}:{body}");
    }

    private sealed class ChaoticTarget(Http2Peer peer, Random random, bool bends)
    {
        private readonly HashSet<int> _done = [];
        private bool _isLeaving;

        public Http2Peer Peer => peer;

        public void Step()
        {
            if (peer.Bytes.Ended)
            {
                return;
            }

            foreach (int id in peer.Ids.Where(id => id != 0 && !_done.Contains(id) && peer.At(id).Blocks.Count > 0))
            {
                if (peer.At(id).Reset is not null)
                {
                    _done.Add(id);
                }
                else if (random.Next(4) == 0)
                {
                    Deal(id);
                }
            }

            if (!_isLeaving && random.Next(150) == 0)
            {
                _isLeaving = true;
                // Those beyond it were not looked at.
                int last = _done.Count == 0 ? 0 : _done.Max();
                peer.GoAway(last);
                foreach (int beyond in peer.Ids.Where(id => id > last))
                {
                    _done.Add(beyond);
                }
            }
            else if (random.Next(400) == 0)
            {
                peer.Bytes.Reset();
            }
            else if (bends && random.Next(60) == 0)
            {
                byte[] bent = Http2Peer.Framed((FrameType)random.Next(10), (byte)random.Next(64), random.Next(9), new byte[random.Next(20)]);
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
                peer.Bytes.Send(bent);
            }
        }

        private void Deal(int id)
        {
            Http2Answer request = peer.At(id);
            switch (random.Next(12))
            {
                case 0:
                    peer.Reset(id, Http2ErrorCode.RefusedStream);
                    _done.Add(id);
                    break;
                case 1:
                    peer.Reset(id, Http2ErrorCode.InternalError);
                    _done.Add(id);
                    break;
                case 2:
                    peer.Headers(id, peer.Block(":status: 200\n"), ends: false);
                    peer.Data(id, "half");
                    peer.Reset(id, Http2ErrorCode.Cancel);
                    _done.Add(id);
                    break;
                case 3:
                    peer.Ping("12345678");
                    break;
                default:
                    if (request.IsEnded)
                    {
                        string path = request.Field(":path");
                        peer.Headers(id, peer.Block(":status: 103\n"), ends: false);
                        peer.Headers(id, peer.Block($":status: 200\nx-path: {path}\n"), ends: false);
                        string body = $"{path}:{request.Body}";
                        int cut = random.Next(body.Length);
                        peer.Data(id, body[..cut]);
                        peer.Data(id, body[cut..], ends: random.Next(2) == 0);
                        if (!peer.IsSent(id))
                        {
                            peer.Headers(id, peer.Block("x-trailer: 1\n"), ends: true);
                        }

                        _done.Add(id);
                    }

                    break;
            }
        }
    }
}
