using System.Globalization;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One request as a client sends it over HTTP/2.</summary>
internal sealed record Http2Request(
    RequestRecord Record, List<(string Name, string Value, bool Keeps)> Fields, byte[] Body, IReadOnlyList<(string Name, string Value)> Trailers)
{
    private const int FlawedOnceIn = 25;
    private const int LargeOnceIn = 15;

    private static readonly string[] _methods = ["GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "TRACE"];
    private static readonly (string Name, string Value)[] _trailers = [("x-checksum", "1")];

    /// <summary>The stream does not end with its trailers.</summary>
    public bool TrailersLackEnd { get; private init; }

    public static Http2Request Draw(BalancerWorld world, ClientPeer client, LoopRandom random)
    {
        string method = world.Kind.Targets == TargetProtocolVersion.Grpc && random.Next(10) != 0 ? "POST" : _methods[random.Next(_methods.Length - (random.Next(20) == 0 ? 0 : 1))];
        bool hasBody = method is "POST" or "PUT";
        byte[] content = new byte[hasBody ? BodySize.Draw(random) : 0];
        bool hasTrailers = hasBody && random.Next(6) == 0;
        var record = new RequestRecord(random.NextUInt64(), client)
        {
            Method = method,
            HasBody = hasBody,
            HasTrailers = hasTrailers,
            IsHttp2 = true,
            IsGrpc = random.Next(world.Kind.TargetsSpeakHttp2 ? 4 : 50) == 0,
        };
        Payload.Fill(content, Payload.RequestSeed(record.Id), 0);
        record.BodyHash = Payload.Hash(Payload.EmptyHash, content);
        world.Alter(content);
        List<(string Name, string Value, bool Keeps)> fields =
        [
            (":method", method, true),
            (":scheme", "https", random.Next(2) == 0),
            (":authority", "weir.test", true),
            (":path", record.Path, random.Next(10) == 0),
            ("x-id", record.Id.ToString("x16", CultureInfo.InvariantCulture), random.Next(10) == 0),
        ];
        if (record.IsGrpc)
        {
            fields.Add(("content-type", "application/grpc", true));
            fields.Add(("te", "trailers", true));
        }

        if (hasBody && random.Next(2) == 0)
        {
            fields.Add(("content-length", content.Length.ToString(CultureInfo.InvariantCulture), false));
        }

        if (world.Kind.TargetsSpeakHttp2 && random.Next(LargeOnceIn) == 0)
        {
            // Over what some targets take, together.
            for (int i = random.Next(4); i >= 0; i--)
            {
                fields.Add(($"x-padding-{i}", new string('p', random.Next(6_000)), false));
            }
        }

        RequestFlaw flaw = random.Next(FlawedOnceIn) == 0 ? RequestFlaws.Draw(random, content.Length, hasBody) : RequestFlaw.None;
        record.Flaw = flaw != RequestFlaw.None && world.ForgetsFlaw() ? RequestFlaw.None : flaw;
        flaw = flaw != RequestFlaw.None && world.TakesForGood() ? RequestFlaw.None : flaw;
        flaw.Apply(fields, content.Length, random);

        record.HeadBytes = fields.Sum(field => field.Name.Length + field.Value.Length + FrameConnection.FieldOverheadBytes);
        return new Http2Request(record, fields, content, flaw == RequestFlaw.WrongTrailers ? [WrongFields.DrawOfTrailers(random)]
            : hasTrailers || flaw == RequestFlaw.TrailersWithoutEnd ? _trailers
            : [])
        {
            TrailersLackEnd = flaw == RequestFlaw.TrailersWithoutEnd,
        };
    }
}
