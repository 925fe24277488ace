using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Tests.Servers;

public sealed partial class ServerAdviceTests
{
    private static readonly double[] _idleTimeouts = [1, 60, 4000];

    public static TheoryData<string, double> EveryServerAndIdleTimeout =>
        [.. from server in ServerCatalog.All from seconds in _idleTimeouts select new TheoryDataRow<string, double>(server.Name, seconds)];

    [GeneratedRegex("[0-9_]+")]
    private static partial Regex Number();

    [Theory]
    [MemberData(nameof(EveryServerAndIdleTimeout))]
    public void For_EveryServer_HasAdviceThatCanBeChecked(string name, double idleTimeoutSeconds)
    {
        var fixes = ServerAdvice.For(ServerCatalog.Find(name), idleTimeoutSeconds);

        Assert.NotEmpty(fixes);
        Assert.All(fixes, static fix => Assert.InRange(fix.Title.Length, 20, 120));
        Assert.All(fixes, static fix => Assert.StartsWith("weir probe http://TARGET:PORT --idle-timeout ", fix.Check, StringComparison.Ordinal));
        Assert.All(fixes, static fix => Assert.Equal(fix.Setting is null, fix.Where is null));
    }

    [Theory]
    [MemberData(nameof(EveryServerAndIdleTimeout))]
    public void Setting_WhateverItsUnit_OutlivesTheIdleTimeoutOrIsCalledNotEnough(string name, double idleTimeoutSeconds)
    {
        foreach (var fix in ServerAdvice.For(ServerCatalog.Find(name), idleTimeoutSeconds))
        {
            if (fix.Setting is { } setting && !setting.StartsWith("idle_timeout", StringComparison.Ordinal))
            {
                Assert.True(
                    SecondsIn(fix, setting) >= KeepAliveMargin.KeepAliveFor(idleTimeoutSeconds)
                    || fix.Trap!.Contains("not enough", StringComparison.Ordinal),
                    setting);
            }
        }
    }

    [Theory]
    [InlineData("node", "server.setTimeout(65000)")]
    [InlineData("nginx", "keepalive_timeout 65s;")]
    [InlineData("apache", "KeepAliveTimeout 65")]
    [InlineData("tomcat", "keepAliveTimeout=\"65000\"")]
    [InlineData("kestrel", "options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(65)")]
    [InlineData("gunicorn", null)]
    [InlineData(null, null)]
    public void ForHttp2_OfAServer_NamesTheSettingThatCountsThere(string? name, string? setting)
    {
        Fix fix = Assert.Single(ServerAdvice.ForHttp2(name is null ? null : ServerCatalog.Find(name), 60));

        Assert.Equal(setting, fix.Setting);
        Assert.Equal(setting is null, fix.Where!.Contains("may be another setting than that for HTTP/1.1", StringComparison.Ordinal));
        Assert.DoesNotContain("headersTimeout", fix.Trap, StringComparison.Ordinal);
    }

    // headersTimeout has 60 s as it comes: nobody is told to make it less.
    [Theory]
    [InlineData(3, "server.keepAliveTimeout = 8000")]
    [InlineData(54, "server.keepAliveTimeout = 59000; server.headersTimeout = 60000")]
    public void For_NodeBehindAShortIdleTimeout_LeavesTheHeadersTheirTime(double idleTimeoutSeconds, string setting) =>
        Assert.Equal(setting, ServerAdvice.For(ServerCatalog.Find("node"), idleTimeoutSeconds)[0].Setting);

    [Theory]
    [InlineData("bun", 250)]
    [InlineData("uwebsockets", 6)]
    [InlineData("daphne", 55)]
    public void For_AServerThatCannotKeepThemForLongEnough_LowersTheBalancer(string name, int idleTimeoutSeconds)
    {
        var fix = ServerAdvice.For(ServerCatalog.Find(name), 4000)[^1];

        Assert.Equal($"idle_timeout.timeout_seconds={idleTimeoutSeconds}", fix.Setting);
        Assert.Contains("504", fix.Trap, StringComparison.Ordinal);
    }

    [Fact]
    public void For_AServerThatCannotBeSetAndWasSeenToCloseEarlier_GoesByWhatWasSeen() =>
        Assert.Equal("idle_timeout.timeout_seconds=3", Assert.Single(ServerAdvice.For(ServerCatalog.Find("uwebsockets"), 60, 5)).Setting);

    [Fact]
    public void For_AServerWithAMaximum_SetsItToThat() =>
        Assert.Equal("idleTimeout: 255", ServerAdvice.For(ServerCatalog.Find("bun"), 4000)[0].Setting);

    [Fact]
    public void For_Node_IsTheWholeAdvice() => Assert.Equal(
        new Fix(
            "Node.js: keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first",
            "server.keepAliveTimeout = 65000; server.headersTimeout = 66000",
            "on the http.Server, in code, before it listens (milliseconds)",
            "weir probe http://TARGET:PORT --idle-timeout 60",
            "headersTimeout must stay above keepAliveTimeout: Node.js 10.15 to 12.18 cut idle connections by it (nodejs/node#27363). "
            + "If a proxy stands between, the load balancer meets the proxy: set it there too.")
        {
            Server = "Node.js",
        },
        Assert.Single(ServerAdvice.For(ServerCatalog.Find("node"), 60)));

    [Fact]
    public void For_NodeUnderALongIdleTimeout_WarnsOfTheCopiedNumber()
    {
        var fix = Assert.Single(ServerAdvice.For(ServerCatalog.Find("node"), 4000));

        Assert.Equal("server.keepAliveTimeout = 4005000; server.headersTimeout = 4006000", fix.Setting);
        Assert.Contains("The usual 65 s is for an idle timeout of 60 s: here it fails.", fix.Trap, StringComparison.Ordinal);
    }

    [Fact]
    public void For_Uvicorn_IsTheWholeAdvice() => Assert.Equal(
        new Fix(
            "uvicorn: keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first",
            "--timeout-keep-alive 65",
            "uvicorn's command line, or timeout_keep_alive= in uvicorn.run() (seconds)",
            "weir probe http://TARGET:PORT --idle-timeout 60",
            "As a worker of gunicorn it takes gunicorn's --keep-alive, and old versions take neither: probe it. "
            + "If a proxy stands between, the load balancer meets the proxy: set it there too.")
        {
            Server = "uvicorn",
        },
        Assert.Single(ServerAdvice.For(ServerCatalog.Find("uvicorn"), 60)));

    [Fact]
    public void For_Gunicorn_IsTheWholeAdvice() => Assert.Equal(
        new Fix(
            "gunicorn: keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first",
            "--keep-alive 65",
            "gunicorn's command line, or keepalive = in gunicorn.conf.py (seconds)",
            "weir probe http://TARGET:PORT --idle-timeout 60",
            "Old uvicorn workers ignore it, and the sync worker has no keep-alive at all: probe it. "
            + "If a proxy stands between, the load balancer meets the proxy: set it there too.")
        {
            Server = "gunicorn",
        },
        Assert.Single(ServerAdvice.For(ServerCatalog.Find("gunicorn"), 60)));

    [Fact]
    public void For_TomcatInSpringBoot_WarnsOfTheEqualDefault() => Assert.Equal(
        new Fix(
            "Spring Boot (Tomcat): keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first",
            "server.tomcat.keep-alive-timeout=65s",
            "application.properties (Spring Boot 2.5 or later) (a duration)",
            "weir probe http://TARGET:PORT --idle-timeout 60",
            "server.tomcat.max-keep-alive-requests closes after 100 requests all the same: set it to -1 too. "
            + "HTTP/2 does not heed the timeout (spring-boot#30267). "
            + "Equal is not enough: its default of 60 s races against 60 s. "
            + "If a proxy stands between, the load balancer meets the proxy: set it there too.")
        {
            Server = "Spring Boot (Tomcat)",
        },
        Assert.Single(ServerAdvice.For(ServerCatalog.Find("spring-boot"), 60)));

    [Fact]
    public void For_Apache_IsTheWholeAdvice() => Assert.Equal(
        new Fix(
            "Apache httpd: keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first",
            "KeepAliveTimeout 65",
            "httpd.conf or apache2.conf, or the virtual host (seconds)",
            "weir probe http://TARGET:PORT --idle-timeout 60",
            "MaxKeepAliveRequests closes after 100 requests all the same: set it to 0 too. "
            + "With mpm_prefork an idle connection holds a process.")
        {
            Server = "Apache httpd",
        },
        Assert.Single(ServerAdvice.For(ServerCatalog.Find("apache"), 60)));

    [Fact]
    public void For_AFramework_IsTheAdviceForEachServerItRunsOn() => Assert.Equal(
        ["--keep-alive 65", "--timeout-keep-alive 65", "http-timeout = 65"],
        ServerAdvice.For(ServerCatalog.Find("django"), 60).Select(static fix => fix.Setting));

    [Fact]
    public void For_AServerThatIsSafeAsItComes_LooksForWhatClosesEarlier()
    {
        var fix = Assert.Single(ServerAdvice.For(ServerCatalog.Find("nginx"), 60));

        Assert.Equal("nginx as it comes keeps them for 75 s, longer than 60 s: find what closes earlier, or set it", fix.Title);
        Assert.Equal("keepalive_timeout 75s;", fix.Setting);
    }

    [Fact]
    public void For_AFactFromMemory_SaysSo() => Assert.Contains(
        "This is from memory", Assert.Single(ServerAdvice.For(ServerCatalog.Find("play"), 4000)).Trap, StringComparison.Ordinal);

    [Fact]
    public void For_AnUnknownServer_SaysWhatToReachAndHowToCheckIt()
    {
        var fix = Assert.Single(ServerAdvice.For(null, 29.5));

        Assert.Equal("Let the target keep idle connections for 35 s, 5 s longer than the balancer: its clock starts first", fix.Title);
        Assert.Equal("weir probe http://TARGET:PORT --idle-timeout 29.5", fix.Check);
    }

    [Theory]
    [InlineData("tomcat", "maxKeepAliveRequests=\"-1\"")]
    [InlineData("apache", "MaxKeepAliveRequests 0")]
    [InlineData("php-fpm", "keepalive_requests 1000000;")]
    [InlineData("uvicorn", null)]
    public void ForRequestLimit_AServer_LiftsItsLimit(string name, string? setting) =>
        Assert.Equal(setting, ServerAdvice.ForRequestLimit(ServerCatalog.Find(name))[0].Setting);

    [Fact]
    public void ForRequestLimit_AnUnknownServer_NamesTheUsualOnes() =>
        Assert.Contains("100 requests", Assert.Single(ServerAdvice.ForRequestLimit(null)).Where, StringComparison.Ordinal);

    [Theory]
    [InlineData(60, 55)]
    [InlineData(5, 3)]
    [InlineData(1, null)]
    public void IdleTimeoutFor_ATargetThatClosesThen_IsBelowIt(double closesFromSeconds, int? expected) =>
        Assert.Equal(expected, KeepAliveMargin.IdleTimeoutFor(closesFromSeconds));

    // The largest number that the setting holds, taken by its unit: headersTimeout of Node.js is a second more.
    private static double SecondsIn(Fix fix, string setting)
    {
        if (setting.Contains("connectionTimeout=", StringComparison.Ordinal))
        {
            return TimeSpan.Parse(setting.Split('"')[1], CultureInfo.InvariantCulture).TotalSeconds;
        }

        var numbers = Number().Matches(setting).Select(static match => match.Value.Replace("_", "", StringComparison.Ordinal));
        var value = numbers.Where(static digits => digits.Length > 0).Min(static digits => ValueOf(digits));
        return fix.Where!.Contains("(milliseconds)", StringComparison.Ordinal) ? value / 1000 : value;
    }

    // Zeros stand in IdleStateHandler(0, 0, n) for timers that are off.
    private static double ValueOf(string digits) =>
        double.Parse(digits, CultureInfo.InvariantCulture) is var value && value > 0 ? value : double.MaxValue;
}
