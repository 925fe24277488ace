using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>What was measured of each server, as docs/servers.md has it, and whose it is said to be.</summary>
public sealed class ServerFingerprintsTests
{
    private static readonly ServerTraits _quiet = new() { End = ConnectionEnd.Fin, LateBytes = LateByteAnswer.Reset };

    // Source: measured, docs/servers.md.
    public static TheoryData<string, ServerTraits> Measured { get; } = new()
    {
        {
            "node", Closing(6.001, 6.02) with
            {
                CloseAfterSaid = TimeSpan.FromSeconds(1.001), TimeoutSaid = 5, SaysTimeoutUnasked = true, SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true,
                Fields = ["X-Powered-By", "Content-Type", "Content-Length", "ETag", "Date", "Connection", "Keep-Alive"],
                Silent = SilentOutcome.Closed, SilentAge = TimeSpan.FromSeconds(85), SilentStatusCode = 408,
            }
        },
        {
            // server.maxRequestsPerSocket
            "node", Closing(2.001, 2.01) with
            {
                CloseAfterSaid = TimeSpan.FromSeconds(1.001), TimeoutSaid = 1, MaxSaid = 20, RequestLimit = 20, SaysTimeoutUnasked = true,
                SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true, Fields = ["Date", "Connection", "Keep-Alive", "Content-Length"],
            }
        },
        {
            // Two workers of one cluster: keepAliveTimeout 1 s and 4 s.
            "node", Closing(2.001, 5.003) with
            {
                CloseAfterSaid = TimeSpan.FromSeconds(0.999), TimeoutSaid = 4, SaysTimeoutUnasked = true,
                SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true, Fields = ["Date", "Connection", "Keep-Alive", "Content-Length"],
            }
        },
        {
            "node", _quiet with
            {
                TimeoutSaid = 72, SaysTimeoutUnasked = true, SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true,
                Fields = ["content-type", "content-length", "Date", "Connection", "Keep-Alive"], End = ConnectionEnd.None, LateBytes = LateByteAnswer.Unknown,
            }
        },
        {
            "apache", Closing(4.98, 5.04) with
            {
                CloseAfterSaid = TimeSpan.FromSeconds(-0.02), TimeoutSaid = 5, MaxSaid = 100, SaysKeepAliveAsked = true, LateBytes = LateByteAnswer.Swallowed, RequestLimit = 101,
                Claim = "Apache/2.4.71 (Debian)", Fields = ["Date", "Server", "Keep-Alive", "Connection"],
            }
        },
        {
            "tomcat", Closing(60.01, 60.87) with
            {
                CloseAfterSaid = TimeSpan.FromSeconds(0.01), TimeoutSaid = 60, SaysKeepAliveAsked = true, LateBytes = LateByteAnswer.Swallowed, RequestLimit = 100, HasReason = false,
                Fields = ["Content-Length", "Date", "Keep-Alive", "Connection"],
            }
        },
        {
            "nginx", _quiet with
            {
                SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true, Claim = "nginx/1.22.1", End = ConnectionEnd.None, LateBytes = LateByteAnswer.Unknown,
                Fields = ["Server", "Date", "Content-Type", "Content-Length", "Connection"],
            }
        },
        {
            "gunicorn", Closing(1.99, 2.96) with
            {
                SaysKeepAliveAsked = true, SaysKeepAliveUnasked = true, Claim = "gunicorn", Silent = SilentOutcome.StillOpen,
                Fields = ["Server", "Date", "Connection", "Content-Type", "Content-Length"],
            }
        },
        {
            "gunicorn", _quiet with
            {
                KeepsNoConnection = true, Claim = "gunicorn", RequestLimit = 1, Silent = SilentOutcome.HoldsUpOthers,
                Fields = ["Server", "Date", "Connection", "Content-Type", "Content-Length"],
            }
        },
        {
            "uvicorn", Closing(4.98, 5.0) with
            {
                Claim = "uvicorn", Silent = SilentOutcome.StillOpen, Fields = ["date", "server", "content-type", "content-length"],
            }
        },
        {
            "kestrel", Closing(131.01, 131.87) with
            {
                Claim = "Kestrel", Silent = SilentOutcome.StillOpen, Fields = ["Content-Type", "Date", "Server", "Transfer-Encoding"],
            }
        },
        {
            "jetty", Closing(29.98, 30.02) with
            {
                Claim = "Jetty(9.4.57.v20241219)", LateBytes = LateByteAnswer.Swallowed, Silent = SilentOutcome.Closed,
                SilentAge = TimeSpan.FromSeconds(30.04), Fields = ["Date", "Content-Length", "Server"],
            }
        },
        {
            "puma", Closing(20.19, 20.31) with
            {
                Silent = SilentOutcome.Closed, SilentAge = TimeSpan.FromSeconds(30.01), Fields = ["content-type", "Content-Length"],
            }
        },
        {
            "bun", Closing(10.98, 12.01) with
            {
                Silent = SilentOutcome.Closed, SilentAge = TimeSpan.FromSeconds(12.06), Fields = ["content-type", "Date", "Content-Length"],
            }
        },
    };

    private static ServerTraits Closing(double first, double last) =>
        _quiet with { FirstClose = TimeSpan.FromSeconds(first), LastClose = TimeSpan.FromSeconds(last) };

    [Theory]
    [MemberData(nameof(Measured))]
    public void Identify_WhatWasMeasuredOfAServer_NamesIt(string key, ServerTraits traits)
    {
        ServerIdentity identity = ServerFingerprints.Identify(traits);

        Assert.Equal(key, identity.Key);
        Assert.True(identity.Evidence.Count >= 2, string.Join("; ", identity.Evidence));
    }

    [Theory]
    [InlineData("Kestrel")]
    [InlineData("nginx/1.22.1")]
    [InlineData("gunicorn")]
    [InlineData("uvicorn")]
    [InlineData("waitress")]
    [InlineData("daphne")]
    [InlineData("Jetty(9.4.57.v20241219)")]
    [InlineData("Apache/2.4.71 (Debian)")]
    public void Identify_AClaimAlone_IsUnknown(string claim) => Assert.Equal(
        ServerIdentity.Unknown,
        ServerFingerprints.Identify(Closing(5, 5) with { Claim = claim, Fields = ["Server", "X-Other", "Date"], SaysKeepAliveAsked = true }));

    [Fact]
    public void Identify_GosServer_IsUnknownSinceNothingTellsIt() => Assert.Null(
        ServerFingerprints.Identify(_quiet with { Fields = ["Date", "Content-Length", "Content-Type"], Silent = SilentOutcome.StillOpen }).Key);

    // Go's order of fields where the handler says the type, with ReadTimeout; and a server of a few lines without a Date.
    [Theory]
    [InlineData("Content-Type,Date,Content-Length", 5, 5)]
    [InlineData("Content-Type,Content-Length", 5, 8)]
    [InlineData("content-type,Content-Length", 5, 5)]
    [InlineData("Content-Length", 5, 8)]
    public void Identify_PlainServersWithTimers_AreUnknown(string fields, double idleSeconds, double silentSeconds) => Assert.Null(
        ServerFingerprints.Identify(Closing(idleSeconds, idleSeconds) with
        {
            Fields = fields.Split(','),
            Silent = SilentOutcome.Closed,
            SilentAge = TimeSpan.FromSeconds(silentSeconds),
        }).Key);

    [Fact]
    public void Identify_NodesHeadersWithAnotherClose_IsUnknown() => Assert.Null(ServerFingerprints.Identify(Closing(30, 30) with
    {
        CloseAfterSaid = TimeSpan.FromSeconds(25),
        TimeoutSaid = 5,
        SaysTimeoutUnasked = true,
        SaysKeepAliveAsked = true,
        SaysKeepAliveUnasked = true,
        Fields = ["Date", "Connection", "Keep-Alive", "Content-Length"],
    }).Key);

    [Fact]
    public void Table_EveryRow_HasTwoMarksAndIsInTheCatalogue() => Assert.All(ServerFingerprints.Table, static row =>
    {
        Assert.True(row.Marks.Count >= 2, row.Key);
        Assert.NotNull(ServerCatalog.Find(row.Key));
    });
}
