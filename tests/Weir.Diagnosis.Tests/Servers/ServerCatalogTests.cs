using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Tests.Servers;

public sealed class ServerCatalogTests
{
    // What people put behind a load balancer, kept apart from the catalogue: nothing falls out of it unseen.
    public static TheoryData<string> TypedNames =>
    [
        "node", "express", "koa", "nest", "next", "fastify", "deno", "bun", "uwebsockets", "go", "kestrel", "iis", "nginx", "apache",
        "caddy", "traefik", "haproxy", "envoy", "gunicorn", "uvicorn", "hypercorn", "daphne", "uwsgi", "waitress", "werkzeug", "puma",
        "unicorn", "passenger", "tomcat", "spring-boot", "jetty", "undertow", "reactor-netty", "netty", "vertx", "quarkus", "pekko",
        "akka", "play", "actix", "axum", "hyper", "php-fpm", "frankenphp", "cowboy", "bandit", "phoenix", "django", "flask", "rails",
    ];

    [Theory]
    [MemberData(nameof(TypedNames))]
    public void Find_EveryNameThatPeopleType_IsThere(string name) =>
        Assert.NotNull(ServerCatalog.Find(name));

    [Theory]
    [InlineData("Node")]
    [InlineData(" NGINX ")]
    [InlineData("Node.js")]
    public void Find_OtherSpellings_IsThere(string name) =>
        Assert.NotNull(ServerCatalog.Find(name));

    [Fact]
    public void Find_UnknownName_IsNull() =>
        Assert.Null(ServerCatalog.Find("abyss"));

    // Seconds from the end of an answer to the close, of the version that is met first.
    [Theory]
    [InlineData("node", 6, 6, IdleVerdict.Races)]
    [InlineData("fastify", 72, 72, IdleVerdict.Outlives)]
    [InlineData("bun", 11, 12, IdleVerdict.Races)]
    [InlineData("kestrel", 131, 132, IdleVerdict.Outlives)]
    [InlineData("nginx", 75, 75, IdleVerdict.Outlives)]
    [InlineData("apache", 5, 5, IdleVerdict.Races)]
    [InlineData("gunicorn", 2, 3, IdleVerdict.Races)]
    [InlineData("uvicorn", 5, 5, IdleVerdict.Races)]
    [InlineData("waitress", 120, 150, IdleVerdict.Outlives)]
    [InlineData("puma", 20, 20, IdleVerdict.Races)]
    [InlineData("spring-boot", 60, 61, IdleVerdict.Equal)]
    [InlineData("undertow", 60, 60, IdleVerdict.Equal)]
    [InlineData("bandit", 60, 60, IdleVerdict.Equal)]
    [InlineData("jetty", 30, 30, IdleVerdict.Races)]
    [InlineData("cowboy", 5, 5, IdleVerdict.Races)]
    public void Defaults_BehindTheDefaultIdleTimeout_AreAsKnown(string name, double from, double to, IdleVerdict verdict)
    {
        var server = ServerCatalog.Find(name)!;

        Assert.Equal((from, to), (server.Defaults[0].ClosesFromSeconds, server.Defaults[0].ClosesToSeconds));
        Assert.Equal(verdict, server.VerdictAt(60));
    }

    [Theory]
    [InlineData("go", IdleVerdict.Outlives)]
    [InlineData("unicorn", IdleVerdict.NoReuse)]
    [InlineData("haproxy", IdleVerdict.Unknown)]
    [InlineData("envoy", IdleVerdict.Races)]
    public void VerdictAt_TheLongestIdleTimeout_IsAsKnown(string name, IdleVerdict verdict) =>
        Assert.Equal(verdict, ServerCatalog.Find(name)!.VerdictAt(4000));

    [Fact]
    public void VerdictAt_DefaultWithABufferAboveAnEqualTime_IsEqual() =>
        Assert.Equal(IdleVerdict.Equal, ServerCatalog.Find("node")!.Defaults[0].VerdictAt(5));

    [Fact]
    public void ClosesAt_SixSeconds_IsNodesFiveAndItsBuffer()
    {
        var match = ServerCatalog.ClosesAt(5.99, 6.02)[0];

        Assert.Equal("Node.js, since 2024 (its 5 s plus its 1 s buffer)", match.Wording);
        Assert.Equal("6.0 s is Node.js's 5 s plus its 1 s buffer", match.Explain(6.004));
    }

    [Fact]
    public void ClosesAt_FiveSeconds_NamesWhatClosesThenAndNotTheBufferedOnes()
    {
        var names = ServerCatalog.ClosesAt(5, 5).Select(static match => match.Server.Name).ToArray();

        Assert.Contains("uvicorn", names);
        Assert.Contains("apache", names);
        Assert.All(ServerCatalog.ClosesAt(5, 5), static match => Assert.Equal(0, match.Default.BufferSeconds));
    }

    [Fact]
    public void ClosesAt_ARangeOfASecondFromTwo_IsGunicornThatPolls()
    {
        var match = ServerCatalog.ClosesAt(2.05, 2.95)[0];

        Assert.Equal("gunicorn, gthread (its 2 s, checked every 1 s: 2 to 3 s)", match.Wording);
        Assert.Equal("2.5 s is gunicorn's 2 s, checked every 1 s: 2 to 3 s", match.Explain(2.5));
    }

    [Theory]
    [InlineData(8.993, 9.002, 1, true)]
    [InlineData(8.993, 9.002, 2, false)]
    [InlineData(8.9, 9.4, 5, false)]
    [InlineData(8.4, 11.3, 5, true)]
    [InlineData(8.01, 11.99, 500, true)]
    public void ClosesAt_AServerThatLooksFromTimeToTime_HasToHaveItsSpread(double low, double high, int closes, bool fits) => Assert.Equal(
        fits, ServerCatalog.ClosesAt(low, high, closes).Any(static match => match.Server.DisplayName == "uWebSockets"));

    [Fact]
    public void ClosesAt_ATimeThatNobodyHas_IsEmpty() =>
        Assert.Empty(ServerCatalog.ClosesAt(41, 42));

    [Fact]
    public void ClosesAt_ADefaultFromMemory_SaysSo() =>
        Assert.Contains(ServerCatalog.ClosesAt(1800, 1800), static match => match.Wording.EndsWith("; from memory)", StringComparison.Ordinal));

    [Fact]
    public void LimitedTo_AHundred_IsApacheAndTomcat() =>
        Assert.Equal(
            ["apache", "spring-boot", "tomcat"],
            ServerCatalog.LimitedTo(100, 100).Select(static server => server.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void ClosesAt_ServersOnOneTimer_AreNamedOnce() =>
        Assert.Equal(["tomcat"], from match in ServerCatalog.ClosesAt(20, 20) where match.Server.Name is "tomcat" or "spring-boot" select match.Server.Name);

    [Fact]
    public void All_EachReference_IsToAServer() =>
        Assert.All(
            ServerCatalog.All.SelectMany(static server => server.RunsOn.Concat(server.TimerOf is { } name ? [name] : [])),
            static name => Assert.NotNull(ServerCatalog.Find(name)));

    [Fact]
    public void All_EachServer_HasADefaultWithASource() =>
        Assert.All(ServerCatalog.All, static server =>
        {
            Assert.NotEmpty(server.Defaults);
            Assert.All(server.Defaults, static entry => Assert.NotEmpty(entry.Source));
            Assert.All(server.Defaults, static entry => Assert.Equal(entry.Behavior == IdleBehavior.Closes, entry.Seconds > 0));
        });
}
