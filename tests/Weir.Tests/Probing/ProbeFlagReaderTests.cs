using System.Net;
using Weir.Configuration;
using Weir.Diagnosis.Probing;
using Weir.Probing;

namespace Weir.Tests.Probing;

public sealed class ProbeFlagReaderTests
{
    private static readonly ProbeFlags _flags = new() { Url = "http://10.0.0.7:3000/" };

    public static TheoryData<string, string> Wrong { get; } = new()
    {
        { "--idle-timeout", "0" },
        { "--idle-timeout", "4001" },
        { "--connections", "17" },
        { "--repeat", "x" },
        { "--max-requests", "-1" },
        { "--silent", "96" },
        { "--host", "a b" },
        { "--connect-to", "http://a/" },
        { "--header", "no colon" },
        { "--header", "Host: other" },
        { "--header", "connection: close" },
        { "--header", "X: a\r\nY: b" },
        { "URL", "ftp://host/" },
        { "--server", "nodes" },
    };

    [Fact]
    public void Read_Defaults_AreThoseOfTheHelp()
    {
        ProbeOptions options = new ProbeFlagReader(_flags).Read(out _)!;

        Assert.Equal(TimeSpan.FromSeconds(60), options.IdleTimeout);
        Assert.Equal((8, 200, 95), (options.Connections, options.MaxRequests, (int)options.SilentWait.TotalSeconds));
        Assert.StartsWith("weir-probe/", options.UserAgent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.9", "10.0.0.9", 3000)]
    [InlineData("10.0.0.9:81", "10.0.0.9", 81)]
    [InlineData("[::1]:81", "::1", 81)]
    [InlineData("backend", "backend", 3000)]
    public void Read_ConnectTo_HasAHostAndThePortOfTheUrlWhereItHasNone(string text, string host, int port)
    {
        ProbeOptions options = new ProbeFlagReader(_flags with { ConnectTo = text }).Read(out _)!;

        Assert.Equal(new DnsEndPoint(host, port), options.ConnectTo);
    }

    [Fact]
    public void Read_Server_IsTheCataloguesName() => Assert.Equal(
        "spring-boot", new ProbeFlagReader(_flags with { Server = "Spring-Boot" }).Read(out _)!.DeclaredServer);

    [Fact]
    public void Read_Http2_RefusesFieldsThatItDoesNotHave()
    {
        ProbeFlags flags = _flags with { Headers = ["Upgrade: websocket"] };

        Assert.False(new ProbeFlagReader(flags).Read(out _)!.IsHttp2);
        Assert.Null(new ProbeFlagReader(flags with { Http2 = true }).Read(out IReadOnlyList<UsageError> errors));
        Assert.Equal("--header 'Upgrade: websocket': HTTP/2 does not have it; allowed: NAME: VALUE", Assert.Single(errors).ToString());
        Assert.True(new ProbeFlagReader(_flags with { Http2 = true }).Read(out _)!.IsHttp2);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_AWrongValue_IsNamed(string option, string value)
    {
        ProbeFlags flags = option switch
        {
            "--idle-timeout" => _flags with { IdleTimeout = value },
            "--connections" => _flags with { Connections = value },
            "--repeat" => _flags with { Repeat = value },
            "--max-requests" => _flags with { MaxRequests = value },
            "--silent" => _flags with { Silent = value },
            "--server" => _flags with { Server = value },
            "--host" => _flags with { Host = value },
            "--connect-to" => _flags with { ConnectTo = value },
            "--header" => _flags with { Headers = [value] },
            _ => _flags with { Url = value },
        };

        Assert.Null(new ProbeFlagReader(flags).Read(out IReadOnlyList<UsageError> errors));
        UsageError error = Assert.Single(errors);
        Assert.Equal((option, value), (error.Option, error.Value));
    }
}
