using System.Globalization;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Tests.TargetLogs;

public sealed class TargetLogReaderTests
{
    private const string Root = "1-6a13b7c2-0123456789abcdef01234567";

    private static readonly TargetLogOptions _recognize = new();

    // Line, form, start or end, resolution; then what it says: time, method, path, status, client, duration in microseconds.
    public static TheoryData<string, string, TimeMeaning, double?, string> Lines => new()
    {
        {
            """10.0.1.7 - - [24/Nov/2026:10:00:01 +0100] "GET /cart?id=7 HTTP/1.1" 200 512""",
            "common", TimeMeaning.Unknown, 1, "2026-11-24T09:00:01.000Z GET /cart?id=7 200 10.0.1.7 -"
        },
        {
            """10.0.1.7 - bob [24/Nov/2026:09:00:01 +0000] "POST /a b HTTP/1.1" 201 - "http://x/" "Mo \"q\" zilla" """.TrimEnd(),
            "combined", TimeMeaning.Unknown, 1, "2026-11-24T09:00:01.000Z POST /a b 201 10.0.1.7 -"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" 0.023""",
            "combined with the request's time", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 23000"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" "1.2.3.4, 203.0.113.9" 0.023""",
            "combined with forwarded addresses and the request's time", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 203.0.113.9 23000"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" "203.0.113.9" """.TrimEnd(),
            "combined with forwarded addresses", TimeMeaning.Unknown, 1, "2026-11-24T09:00:01.000Z GET / 200 203.0.113.9 -"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" 0.023 "Root=1-67431a5f-0123456789abcdef01234567" """.TrimEnd(),
            "combined with the request's time and more fields", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 23000"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" 312 0.023 [web-80] [] 10.1.0.5:80 5 0.022 200 1f""",
            "combined with the request's length and time (ingress-nginx)", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 23000"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" rt=0.023 uct="0.001" uht="0.002" """.TrimEnd(),
            "combined with rt= and more fields", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 23000"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" gzip 17""",
            "combined with more fields", TimeMeaning.Unknown, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 -"
        },
        {
            """10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 5 0.0012""",
            "common with the request's time (Puma)", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 1200"
        },
        {
            """INFO:     10.0.1.7:51234 - "GET /items/1 HTTP/1.1" 200 OK""",
            "uvicorn", TimeMeaning.Unknown, null, "- GET /items/1 200 10.0.1.7 -"
        },
        {
            """INFO:     10.0.1.7:0 - "GET /items/1 HTTP/1.1" 299""",
            "uvicorn", TimeMeaning.Unknown, null, "- GET /items/1 299 10.0.1.7 -"
        },
        {
            "\u001b[32mINFO\u001b[0m:     10.0.1.7:51234 - \"\u001b[1mGET / HTTP/1.1\u001b[0m\" \u001b[32m200 OK\u001b[0m",
            "uvicorn", TimeMeaning.Unknown, null, "- GET / 200 10.0.1.7 -"
        },
        { "GET /cart 200 12 - 3.404 ms", "morgan tiny", TimeMeaning.Unknown, null, "- GET /cart 200 - 3404" },
        { "GET /cart 200 3.404 ms - 12", "morgan dev", TimeMeaning.Unknown, null, "- GET /cart 200 - 3404" },
        { "10.0.1.7 - GET /cart HTTP/1.1 200 12 - 3.404 ms", "morgan short", TimeMeaning.Unknown, null, "- GET /cart 200 10.0.1.7 3404" },
        {
            """Started GET "/cart?id=7" for 203.0.113.9 at 2026-11-24 10:00:01 +0100""",
            "Rails", TimeMeaning.Start, 1, "2026-11-24T09:00:01.000Z GET /cart?id=7 - 203.0.113.9 -"
        },
        {
            "I, [2026-11-24T09:00:01.234567 #42]  INFO -- : method=GET path=/cart format=html status=200 duration=58.33 view=40.4",
            "key=value pairs", TimeMeaning.End, 0.000001, "2026-11-24T09:00:01.234Z GET /cart 200 - 58330"
        },
        {
            """{"level":30,"time":1795510801234,"pid":1,"req":{"method":"GET","url":"/cart?id=7","remoteAddress":"::ffff:10.0.1.7"},"res":{"statusCode":200},"responseTime":23,"msg":"request completed"}""",
            "JSON lines", TimeMeaning.End, 0.001, "2026-11-24T09:00:01.234Z GET /cart?id=7 200 ::ffff:10.0.1.7 23000"
        },
        {
            """{"time_local":"24/Nov/2026:09:00:01 +0000","remote_addr":"10.0.1.7","request":"GET /cart HTTP/1.1","status":"200","request_time":"0.023"}""",
            "JSON lines", TimeMeaning.End, 1, "2026-11-24T09:00:01.000Z GET /cart 200 10.0.1.7 23000"
        },
        {
            """{"Timestamp":"2026-11-24T09:00:01.234Z","EventId":2,"State":{"Message":"Request finished","Method":"GET","Path":"/cart","QueryString":"?id=7","StatusCode":200,"ElapsedMilliseconds":2.5}}""",
            "JSON lines", TimeMeaning.End, 0.001, "2026-11-24T09:00:01.234Z GET /cart?id=7 200 - 2500"
        },
        {
            """{"@timestamp":"2026-11-24T10:00:01.234+01:00","method":"GET","requested_uri":"/cart","status_code":200,"elapsed_time":23,"remote_host":"10.0.1.7"}""",
            "JSON lines", TimeMeaning.End, 0.001, "2026-11-24T09:00:01.234Z GET /cart 200 10.0.1.7 23000"
        },
        {
            """{"level":"info","ts":1795510801.25,"logger":"http.log.access.log0","request":{"remote_ip":"10.0.1.7","method":"GET","uri":"/cart"},"duration":0.023,"status":200}""",
            "JSON lines", TimeMeaning.End, 0.01, "2026-11-24T09:00:01.250Z GET /cart 200 10.0.1.7 23000"
        },
        {
            """{"asctime": "2026-11-24 09:00:01,234", "levelname": "INFO", "message": "10.0.1.7:51877 - \"GET /cart?id=7 HTTP/1.1\" 200"}""",
            "JSON lines", TimeMeaning.End, 0.001, "2026-11-24T09:00:01.234Z GET /cart?id=7 200 10.0.1.7 -"
        },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Read_AUsualForm_IsRecognizedAndRead(string line, string format, TimeMeaning timeIs, double? resolutionSeconds, string expected)
    {
        var (description, entries) = LogText.Read(_recognize, line, line, "something else");

        Assert.Equal((format, timeIs, resolutionSeconds), (description.Format, description.TimeIs, description.ResolutionSeconds));
        Assert.Equal((3, 2), (description.Lines, description.Requests));
        Assert.Equal(expected, Text(entries[0]));
    }

    [Fact]
    public void Read_W3C_TakesTheFieldsThatTheFileNames()
    {
        var (description, entries) = LogText.Read(
            _recognize,
            "#Version: 1.0",
            "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status time-taken",
            "2026-11-24 09:00:01 10.0.1.7 GET /cart id=7 200 23");

        Assert.Equal(("W3C extended", TimeMeaning.Unknown, true), (description.Format, description.TimeIs, description.HasZone));
        Assert.Equal("2026-11-24T09:00:01.000Z GET /cart?id=7 200 10.0.1.7 23000", Text(Assert.Single(entries)));
    }

    [Theory]
    [InlineData("%h %l %u %t \\\"%r\\\" %>s %b %D", "10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] \"GET / HTTP/1.1\" 200 5 23000", TimeMeaning.Start)]
    [InlineData("%h %l %u %t \"%r\" %>s %b %{ms}T", "10.0.1.7 - - [24/Nov/2026:09:00:01 +0000] \"GET / HTTP/1.1\" 200 5 23", TimeMeaning.Start)]
    [InlineData("%{%Y-%m-%dT%H:%M:%S%z}t %a %m %U %s %D", "2026-11-24T09:00:01+0000 10.0.1.7 GET / 200 23000", TimeMeaning.Start)]
    [InlineData("%{end:%s}t %a \"%m %U%q\" %s %D %v", "1795510801 10.0.1.7 \"GET /\" 200 23000 host", TimeMeaning.End)]
    [InlineData("$time_iso8601 $remote_addr \"$request\" ${status} $request_time", "2026-11-24T10:00:01+01:00 10.0.1.7 \"GET / HTTP/1.1\" 200 0.023", TimeMeaning.End)]
    [InlineData("%(t)s %(h)s \"%(r)s\" %(s)s %(L)s", "[24/Nov/2026:09:00:01 +0000] 10.0.1.7 \"GET / HTTP/1.1\" 200 0.023", TimeMeaning.End)]
    public void Read_APatternOfTheUser_IsReadByIt(string pattern, string line, TimeMeaning timeIs)
    {
        var (description, entries) = LogText.Read(new TargetLogOptions { Pattern = pattern }, line);

        Assert.Equal(timeIs, description.TimeIs);
        Assert.Equal("2026-11-24T09:00:01.000Z GET / 200 10.0.1.7 23000", Text(Assert.Single(entries)));
    }

    [Fact]
    public void Read_APatternThatFitsNoLine_TellsTheFirstOne()
    {
        var options = new TargetLogOptions { Pattern = "$remote_addr \"$request\" $status" };

        var (unfit, entries) = LogText.Read(options, "", "10.0.1.7 GET / 200", $"10.0.1.7 GET / 200 Root={Root}");
        var (fit, _) = LogText.Read(options, "started", "10.0.1.7 \"GET / HTTP/1.1\" 200");

        Assert.Equal("10.0.1.7 GET / 200", unfit.UnfitLine);
        Assert.EndsWith("the pattern given fits none of 3 lines", unfit.Ability, StringComparison.Ordinal);
        Assert.Equal(Root, Assert.Single(entries).TraceId);
        Assert.Null(fit.UnfitLine);
    }

    [Theory]
    [InlineData("%h %t %>s", false)]
    [InlineData("no directive", false)]
    [InlineData("%t \"%r\"", true)]
    [InlineData("$request_uri", true)]
    public void Problem_OfAPattern_IsThatItHasNoRequest(string pattern, bool isFine) =>
        Assert.Equal(isFine, TargetLogReader.Problem(pattern) is null);

    [Theory]
    [InlineData("X-Amzn-Trace-Id: Root=" + Root + ";Parent=53995c3f42cd8ad8;Sampled=1")]
    [InlineData("trace=Self=1-00000000-000000000000000000000000;Root=" + Root)]
    [InlineData("[" + Root + "] done")]
    public void Read_LinesOfAnyFormWithTraceIds_GiveThose(string line)
    {
        var (description, entries) = LogText.Read(_recognize, "starting up", line, "shutting down");

        Assert.Equal("unknown form with trace ids", description.Format);
        Assert.Equal(new TargetLogEntry { TraceId = Root }, Assert.Single(entries));
        Assert.EndsWith("joined by trace id only", description.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ALineOfAnotherFormWithATraceId_IsKept()
    {
        var (_, entries) = LogText.Read(_recognize, "GET /cart 200 12 - 3.404 ms", $"handler done Root={Root}");

        Assert.Equal(Root, entries[1].TraceId);
    }

    [Theory]
    [InlineData("nothing to see here")]
    [InlineData("Self=1-00000000-000000000000000000000000")]
    [InlineData("11-6a13b7c2-0123456789abcdef01234567")]
    [InlineData("{\"message\":\"started\",\"port\":80}")]
    public void Read_LinesThatSayNothing_AreNotRecognized(string line)
    {
        var (description, entries) = LogText.Read(_recognize, line);

        Assert.Null(description.Format);
        Assert.Empty(entries);
        Assert.Contains("--target-log-format", description.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TimesWithoutAZone_AreInTheOneGiven()
    {
        const string Line = """{"timestamp":"2026-11-24 11:00:01,234","method":"GET","path":"/","status":200}""";

        var (description, entries) = LogText.Read(new TargetLogOptions { Zone = TargetLogOptions.FindZone("+02:00")! }, Line);

        Assert.False(description.HasZone);
        Assert.Equal("2026-11-24T09:00:01.234Z GET / 200 - -", Text(entries[0]));
    }

    [Theory]
    [InlineData("UTC", true)]
    [InlineData("-0930", true)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("+99:00", false)]
    public void FindZone_AName_IsThereOrNull(string text, bool isThere) =>
        Assert.Equal(isThere, TargetLogOptions.FindZone(text) is not null);

    [Theory]
    [InlineData("[99/Nov/2026:09:00:01 +0000]")]
    [InlineData("[24/Nov/2026:25:00:01 +0000]")]
    [InlineData("[24/Nov]")]
    [InlineData("[]")]
    public void Read_ATimeThatIsNone_IsNotOfTheForm(string time)
    {
        var (description, _) = LogText.Read(_recognize, $"10.0.1.7 - - {time} \"GET / HTTP/1.1\" 200 5");

        Assert.Null(description.Format);
    }

    [Fact]
    public void Read_AHugeLine_IsPassedOverInBoundedMemory()
    {
        const string Line = "GET /cart 200 12 - 3.404 ms";

        var (description, entries) = LogText.Read(_recognize, Line, new string('x', 1_000_000), Line + "\r", new string('y', 300_000));

        Assert.Equal((4, 2), (description.Lines, entries.Count));
    }

    [Fact]
    public void Read_HostileLines_NeitherThrowsNorInvents()
    {
        string[] hostile = ["", "\0\0", "\"\"\"", "{\"time\":", "{}", "GET", "= = =", "[[[[", "\u001b[", "%s%n", "{\"method\":5,\"path\":[],\"status\":{}}", "#Fields:"];

        var (_, entries) = LogText.Read(_recognize, hostile);

        Assert.Empty(entries);
    }

    private static string Text(TargetLogEntry entry)
    {
        var time = entry.TimeMicroseconds is null ? "-" : LogText.TimeOf(entry).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return $"{time} {entry.Method} {entry.Path} {entry.Status?.ToString(CultureInfo.InvariantCulture) ?? "-"} {entry.Client ?? "-"} "
            + (entry.DurationMicroseconds?.ToString(CultureInfo.InvariantCulture) ?? "-");
    }
}
