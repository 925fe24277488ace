using Weir.LogGenerator.Faults;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Scenarios;

/// <summary>Draws what is no fault: balancer, network, targets, URLs, traffic.</summary>
internal static class WorldDraw
{
    private static readonly string[] _names = ["shop", "api", "web", "orders", "search", "media", "account", "billing", "feed", "admin"];
    private static readonly string[] _nouns =
        ["orders", "items", "users", "carts", "search", "login", "images", "prices", "events", "reports", "sessions", "notes", "tags", "rooms"];

    private static readonly DateTime _firstStart = new(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc);

    public static UniverseSettings Settings(Draw draw)
    {
        string name = draw.Random.Pick(_names);
        return new UniverseSettings
        {
            Start = _firstStart.AddDays(draw.Random.Below(200)).AddMilliseconds(draw.Random.Below(86_400_000)),
            Name = name,
            Id = $"{draw.Random.Bits():x16}",
            Domain = $"{name}.example.com",
            Nodes = draw.Between("nodes", 1, 4),
            IdleTimeoutSeconds = draw.Pick("idle_timeout", 60.0, 60.0, 60.0, 60.0, 30.0, 120.0),
            Discipline = draw.Pick("discipline", PoolDiscipline.NewestFirst, PoolDiscipline.NewestFirst, PoolDiscipline.OldestFirst, PoolDiscipline.Random),
            NodeClockSpreadSeconds = draw.LogBetween("node_clock_spread", 0.00005, 0.02),
            AbortLineTellsDispatch = draw.Chance("abort_line_tells_dispatch", 0.5),
            WafLineHasGroup = draw.Chance("waf_line_has_group", 0.5),
            HttpsShare = draw.Pick("https_share", 0.0, 0.9, 1.0),
            Clients = (int)draw.LogBetween("clients", 5, 2000),
        };
    }

    public static GroupPlan Plan(Draw draw, UniverseSettings settings, int number, double leastRate, double mostRate, bool mayRace)
    {
        int targets = draw.Between("targets", 1, 6);
        ServerModel server = draw.Keep("outlives_balancer", !mayRace || draw.Random.Chance(0.75))
            ? ServerDraw.Safe(draw, settings.IdleTimeoutSeconds)
            : ServerDraw.Racing(draw, settings.IdleTimeoutSeconds);
        bool tls = draw.Chance("tls", 0.1);
        return new GroupPlan
        {
            Name = $"{draw.Random.Pick(_names)}-{number}",
            Number = number,
            Targets = targets,
            Server = server with { Tls = tls, Workers = draw.Between("workers", 1, 8) },
            Urls = Urls(draw),
            Port = tls ? draw.Pick("port", 443, 8443) : draw.Pick("port", 80, 3000, 5000, 8000, 8080, 9000),
            RequestsPerSecond = targets * draw.LogBetween("requests_per_second_and_target", leastRate, mostRate),
            Shape = draw.Pick("shape", TrafficShape.Poisson, TrafficShape.Bursty, TrafficShape.Diurnal, TrafficShape.Periodic),
            RoundTripSeconds = draw.LogBetween("round_trip", 0.0003, 0.01),
            JitterShare = draw.LogBetween("jitter_share", 0.02, 0.5),
            LossShare = draw.Pick("loss_share", 0, 0, 0, 0.0001),
            RoundRobin = draw.Chance("round_robin", 0.6),
            TargetClockSpreadSeconds = draw.LogBetween("target_clock_spread", 0.001, 3),
            HealthIntervalSeconds = draw.Pick("health_interval", 5.0, 10.0, 30.0),
            UnhealthyThreshold = draw.Between("unhealthy_threshold", 2, 3),
        };
    }

    private static UrlProfile[] Urls(Draw draw)
    {
        int count = draw.Between("urls", 3, 14);
        double typical = draw.LogBetween("typical_service", 0.002, 0.08);
        double ownErrors = draw.Pick("own_error_share", 0, 0.0005, 0.005);
        var urls = new UrlProfile[count];
        for (int index = 0; index < count; index++)
        {
            urls[index] = new UrlProfile
            {
                Method = draw.Random.Chance(0.75) ? "GET" : draw.Random.Pick(["POST", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
                Path = $"/{_nouns[index]}/",
                Ids = draw.Random.Chance(0.6) ? draw.Random.Between(10, 20_000) : 0,
                Weight = draw.Random.LogBetween(0.02, 1),
                MedianSeconds = typical * draw.Random.LogBetween(0.3, 6),
                Sigma = draw.Random.Between(0.2, 0.9),
                TailShare = draw.Random.Chance(0.15) ? 0.01 : 0,
                TailLeastSeconds = 0.3,
                TailShape = 2,
                MedianResponseBytes = (int)draw.Random.LogBetween(200, 60_000),
                TransferSecondsPerKilobyte = draw.Random.Chance(0.8) ? 0 : 0.0001,
                OwnErrorShare = draw.Random.Chance(0.4) ? ownErrors : 0,
            };
        }

        return urls;
    }
}
