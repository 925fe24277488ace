using System.Net;
using Weir.Configuration;
using Weir.Diagnosis;
using Weir.Laboratory;

namespace Weir.Tests.Laboratory;

public sealed class ReproductionFlagReaderTests
{
    private static ReproductionOptions? Read(ReproductionFlags flags, out string[] errors)
    {
        ReproductionOptions? options = new ReproductionFlagReader(flags, new FakeLookup()).Read(out IReadOnlyList<UsageError> found);
        errors = [.. found.Select(static error => error.ToString())];
        return options;
    }

    [Fact]
    public void Read_OfNothing_TellsTheStory()
    {
        ReproductionOptions options = Read(new ReproductionFlags(), out string[] errors)!;

        Assert.Empty(errors);
        Assert.Equal(TimeSpan.FromSeconds(60), options.IdleTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(5), options.Latency);
        Assert.Equal(["GET", "POST"], options.Methods);
        Assert.True(options.LearnsFromHints);
    }

    // A POST may do something on a server that is not ours.
    [Fact]
    public void Read_OfAServerOfTheUsers_SendsGetOnlyUnlessToldOtherwise()
    {
        Assert.Equal(["GET"], Read(new ReproductionFlags { Target = "http://127.0.0.1:3000" }, out _)!.Methods);
        Assert.Equal(["GET"], Read(new ReproductionFlags { Command = "node server.js" }, out _)!.Methods);
        Assert.Equal(["GET", "POST"], Read(new ReproductionFlags { Command = "node server.js", Method = "both" }, out _)!.Methods);
    }

    [Fact]
    public void Read_OfATarget_GivesItsAddress() => Assert.Equal(
        new IPEndPoint(IPAddress.Loopback, 3000), Read(new ReproductionFlags { Target = "http://127.0.0.1:3000" }, out _)!.Target);

    [Theory]
    [InlineData("https://127.0.0.1:8443", 8443, true)]
    [InlineData("https://127.0.0.1", 443, true)]
    [InlineData("http://127.0.0.1", 80, false)]
    public void Read_OfATarget_KnowsWhetherItSpeaksTls(string target, int port, bool isTls)
    {
        ReproductionOptions options = Read(new ReproductionFlags { Target = target }, out _)!;

        Assert.Equal((new IPEndPoint(IPAddress.Loopback, port), isTls), (options.Target, options.TargetIsTls));
    }

    [Fact]
    public void Read_OfEverythingWrong_NamesEveryOption()
    {
        var flags = new ReproductionFlags
        {
            Target = "ftp://127.0.0.1",
            Command = "node server.js",
            Scenario = "handled",
            Latency = "-1",
            Connections = "7",
            IdleTimeout = "4001",
            Path = "no-slash",
            Port = "70000",
        };

        Assert.Null(Read(flags, out string[] errors));
        Assert.All(
            (string[])["--target", "--command", "--scenario", "--latency", "--connections", "--idle-timeout", "--path", "--port"],
            option => Assert.Contains(errors, error => error.StartsWith(option, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("HTTP1", null)]
    [InlineData("http2", null)]
    [InlineData("GRPC", "no calls by gRPC, for which it would have to know your messages; HTTP2 shows the same connections")]
    [InlineData("HTTP3", "this is not a protocol version")]
    public void Read_OfAProtocolVersion_TakesThoseThatItCanSend(string version, string? reason)
    {
        ReproductionOptions? options = Read(new ReproductionFlags { ProtocolVersion = version }, out string[] errors);

        Assert.Equal(reason is null, options is not null);
        Assert.Equal(reason is null ? 0 : 1, errors.Length);
        Assert.All(errors, error => Assert.Contains($"{reason}; allowed: HTTP1, HTTP2", error, StringComparison.Ordinal));
    }

    // A target group of HTTP2 is for HTTPS listeners, and answers clients of HTTP/1.1 with 464.
    [Fact]
    public void Read_OfHttp2_BringsClientsOverTlsAndATargetForEachConnection()
    {
        ReproductionOptions options = Read(new ReproductionFlags { ProtocolVersion = "HTTP2", Connections = "16" }, out _)!;

        Assert.Equal((true, true, 16), (options.IsHttp2, options.Https, options.Targets));
        Assert.Equal((false, 1), (Read(new ReproductionFlags(), out _)!.IsHttp2, Read(new ReproductionFlags(), out _)!.Targets));
    }

    [Theory]
    [InlineData("gunicorn", "--server gunicorn: gunicorn speaks HTTP/1.1 only: this does not go with --protocol-version HTTP2; allowed: node, apache, nginx")]
    [InlineData("puma", "--server puma: Puma speaks HTTP/1.1 only: this does not go with --protocol-version HTTP2; allowed: node, apache, nginx")]
    [InlineData("node", null)]
    [InlineData("apache", null)]
    [InlineData("nginx", null)]
    public void Read_OfHttp2WithAServerThatDoesNotSpeakIt_SaysSo(string server, string? error)
    {
        Read(new ReproductionFlags { ProtocolVersion = "HTTP2", Server = server }, out string[] errors);

        Assert.Equal(error is null ? [] : [error], errors);
    }

    [Fact]
    public void Read_OfHttp2InTheHandledVariant_SaysThatItsTargetDoesNotSpeakIt()
    {
        Read(new ReproductionFlags { ProtocolVersion = "HTTP2", Scenario = "handled" }, out string[] errors);

        Assert.Equal(["--scenario handled: this needs the built-in target, which speaks HTTP/1.1 only"], errors);
    }

    [Fact]
    public void Read_OfAPortWithoutACommand_SaysWhereItBelongs()
    {
        Read(new ReproductionFlags { Port = "3000" }, out string[] errors);

        Assert.Equal(["--port 3000: this goes with --command only"], errors);
    }
}
