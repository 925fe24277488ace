using Weir.Admin;
using Weir.Output;

namespace Weir.Tests.Admin;

public sealed class StatusTablesTests
{
    private const string Golden = """
        weir 0.1.0, process 4242, 2 loops, up 3 h 12 min

        LISTENER                LOAD BALANCER  TARGET GROUPS
        http://127.0.0.1:8080   weir           weir
        http://[2001:db8::1]:8  weir-2         weir-2, spare

        TARGET GROUP  TARGET          STATE      REASON
        weir          127.0.0.1:3000  healthy    -
        weir          10.20.30.40:80  unhealthy  Target.ResponseCodeMismatch: Health checks failed with the…
        spare         none            -          -

        REQUESTS  IN FLIGHT  CONNECTIONS  OPEN  AT MOST       BYTES IN        BYTES OUT
         123,456         12        7,890    99    4,416  1,234,567,890  123,456,789,012

        CODES FROM       2XX  3XX  4XX  5XX  500  502  503  504
        targets      120,000    0   25    0
        weir itself                 40    7    0    7    0    0

        CONNECTIONS TO TARGETS  OPENED  REUSED  FAILED  CLOSED BY TARGET  BY TIMEOUT
        5 idle in pools            300       0       0                 0           0

        TARGET GROUP  MODE     SAYS IT CLOSES AFTER  SEEN TO CLOSE AFTER  REUSED UP TO AN AGE OF
        weir          protect  5.0 s                 6.003 s              4.0 s
        spare         observe  -                     -                    any

        TARGET GROUP  REUSE   IDLE BEFORE (MEDIAN)  (LONGEST)  RETRIED  WITHHELD  NEAR MISSES  REPLACED
        weir          98.2 %  <= 0.1 s              3.987 s          2         3            1         4
        spare         -       -                     -                0         0            0         0

        502 OF TARGET GROUP  REASON         COUNT
        weir                 target_closed      7

        FAILURE        SIDE    COUNT  MEANING
        client_closed  client     40  The client closed while its response was outstanding.
        target_closed  target      7  The target closed the connection (FIN or RST) while the request was o…

        ACCESS LOG                WRITTEN  LOST  DROPPED
        /var/log/weir/access.log  123,450     6        0

        """;

    private static readonly StatusReuse _nothing = new()
    {
        Mode = "observe",
        AdvertisedSeconds = null,
        SeenSeconds = null,
        LimitSeconds = null,
        Opened = 0,
        Reused = 0,
        ReuseRatio = null,
        MedianIdleSeconds = null,
        LongestIdleSeconds = null,
        Retried = 0,
        Withheld = 0,
        NearMisses = 0,
        Replaced = 0,
        BadGateways = [],
    };

    private static readonly StatusDocument _status = new()
    {
        Version = "0.1.0",
        ProcessId = 4242,
        StartedAt = DateTimeOffset.UnixEpoch,
        UptimeSeconds = (3 * 3_600) + (12 * 60) + 5,
        Loops = 2,
        MaxClientConnections = 4_416,
        Draining = false,
        Listeners =
        [
            new StatusListener("http://127.0.0.1:8080", "weir", "arn:1", ["weir"]),
            new StatusListener("http://[2001:db8::1]:8", "weir-2", "arn:2", ["weir-2", "spare"]),
        ],
        TargetGroups =
        [
            new StatusTargetGroup(
                "weir",
                "arn:3",
                [
                    new StatusTarget("127.0.0.1", "127.0.0.1:3000", "healthy", "", ""),
                    new StatusTarget(
                        "10.20.30.40",
                        "10.20.30.40:80",
                        "unhealthy",
                        "Target.ResponseCodeMismatch",
                        "Health checks failed with these codes: [500]"),
                ],
                new StatusReuse
                {
                    Mode = "protect",
                    AdvertisedSeconds = 5,
                    SeenSeconds = 6.003,
                    LimitSeconds = 4,
                    Opened = 300,
                    Reused = 16_367,
                    ReuseRatio = 0.982,
                    MedianIdleSeconds = 0.1,
                    LongestIdleSeconds = 3.987,
                    Retried = 2,
                    Withheld = 3,
                    NearMisses = 1,
                    Replaced = 4,
                    BadGateways = new Dictionary<string, long> { ["target_closed"] = 7 },
                }),
            new StatusTargetGroup("spare", "arn:4", [], _nothing),
        ],
        Counters = new Dictionary<string, long>
        {
            ["weir_requests_total"] = 123_456,
            ["weir_requests_in_flight"] = 12,
            ["weir_client_connections_accepted_total"] = 7_890,
            ["weir_client_connections_open"] = 99,
            ["weir_received_bytes_total"] = 1_234_567_890,
            ["weir_sent_bytes_total"] = 123_456_789_012,
            ["weir_target_2xx_total"] = 120_000,
            ["weir_target_4xx_total"] = 25,
            ["weir_elb_4xx_total"] = 40,
            ["weir_elb_5xx_total"] = 7,
            ["weir_elb_502_total"] = 7,
            ["weir_target_connections_idle"] = 5,
            ["weir_target_connections_opened_total"] = 300,
        },
        Failures =
        [
            new StatusFailure("client_closed", "client", 40, "The client closed while its response was outstanding."),
            new StatusFailure(
                "target_closed",
                "target",
                7,
                "The target closed the connection (FIN or RST) while the request was outstanding."),
        ],
        AccessLog = new StatusAccessLog("/var/log/weir/access.log", 123_450, 6, 0),
    };

    [Fact]
    public void Write_Document_LooksAsDesigned() => Assert.Equal(Golden, StatusTables.Write(_status));

    [Fact]
    public void Write_ExplainLog_HasATableOfItsOwn()
    {
        StatusDocument explaining = _status with { ExplainLog = new StatusAccessLog("-", 12, 3, 4) };
        string table = StatusTables.Write(explaining)[Golden.Length..];
        Assert.Matches(@"^\nEXPLAIN LOG +WRITTEN +LOST +DROPPED\nstandard output +12 +3 +4\n$", table);
    }

    [Fact]
    public void Write_ConnectionLog_HasATableOfItsOwn()
    {
        StatusDocument logging = _status with { ConnectionLog = new StatusAccessLog("logs/", 1_200, 3, 4) };
        string table = StatusTables.Write(logging)[Golden.Length..];
        Assert.Matches(@"^\nCONNECTION LOG +WRITTEN +LOST +DROPPED\nlogs/ +1,200 +3 +4\n$", table);
    }

    [Fact]
    public void Write_LongNames_StaysWithinTheWidth()
    {
        StatusDocument wide = _status with
        {
            TargetGroups =
            [
                new StatusTargetGroup(
                    new string('g', 32),
                    "arn",
                    [new StatusTarget("x", $"[{string.Join(':', Enumerable.Repeat("ffff", 8))}]:65535", "unhealthy", "R", new string('d', 200))],
                    _nothing with { Withheld = long.MaxValue, LimitSeconds = 3_999.999, AdvertisedSeconds = int.MaxValue }),
            ],
            AccessLog = new StatusAccessLog("/" + new string('p', 300), long.MaxValue, long.MaxValue, long.MaxValue),
        };

        Assert.All(StatusTables.Write(wide).Split('\n'), line => Assert.True(line.Length <= TextTable.MaxWidth, line));
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_661, "1 h 1 min")]
    [InlineData(86_400 + 5, "1 d")]
    [InlineData(900_000, "10 d 10 h")]
    public void Duration_Seconds_GivesTheTwoLargestUnits(long seconds, string expected) =>
        Assert.Equal(expected, StatusTables.Duration(seconds));
}
