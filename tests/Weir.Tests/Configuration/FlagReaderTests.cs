using Weir.Configuration;
using Weir.Model;

namespace Weir.Tests.Configuration;

public sealed class FlagReaderTests
{
    [Fact]
    public void Read_Nothing_ListensOnThisMachineAndNeedsASampleTarget()
    {
        NodeSettings settings = Good(new ConfigurationFlags());

        Assert.True(settings.NeedsSampleTarget);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.DrainLimit);
        Assert.Equal("127.0.0.1:9600", settings.Admin!.EndPoint.ToString());
        Assert.True(settings.Admin.IsDefault);
        Assert.Equal("127.0.0.1:8080", Definition(settings).Listeners.Select(Text).Single());
    }

    [Fact]
    public void Read_AdminOff_HasNone() => Assert.Null(Good(new ConfigurationFlags { Admin = "off" }).Admin);

    [Fact]
    public void Read_AdminAddress_IsNoDefault()
    {
        NodeSettings settings = Good(new ConfigurationFlags { Admin = "9600" });

        Assert.Equal("127.0.0.1:9600", settings.Admin!.EndPoint.ToString());
        Assert.False(settings.Admin.IsDefault);
    }

    [Fact]
    public void Read_OptionsThatAreAttributes_BecomeAttributes()
    {
        BalancerDefinition definition = Definition(Good(new ConfigurationFlags { IdleTimeout = "5", Sticky = "60" }));

        Assert.Equal([new AttributeSetting("idle_timeout.timeout_seconds", "5")], definition.LoadBalancers.Single().Attributes);
        Assert.Equal(
            [new AttributeSetting("stickiness.enabled", "true"), new AttributeSetting("stickiness.lb_cookie.duration_seconds", "60")],
            definition.TargetGroups.Single().Attributes);
    }

    [Fact]
    public void Read_TwoAddresses_MakeALoadBalancerEachThatCompiles()
    {
        NodeSettings settings = Good(new ConfigurationFlags
        {
            Listen = ["127.0.0.1:80", "[::1]:80", "127.0.0.1:81"],
            Target = ["http://127.0.0.1:3000"],
        });

        SnapshotCompilation compiled = SnapshotCompiler.Compile(Definition(settings));

        Assert.Empty(compiled.Errors);
        Assert.Equal(
            ["weir 127.0.0.1: 80 81", "weir-2 ::1: 80"],
            compiled.Snapshot!.LoadBalancers.Select(static balancer =>
                $"{balancer.Name} {balancer.ListenAddress}: {string.Join(' ', balancer.Listeners.Select(static listener => listener.Port))}"));
    }

    [Fact]
    public void Read_PortZero_Compiles()
    {
        NodeSettings settings = Good(new ConfigurationFlags { Listen = ["0"], Target = ["http://127.0.0.1:3000"] });

        Assert.Empty(SnapshotCompiler.Compile(Definition(settings)).Errors);
    }

    [Fact]
    public void Read_LongNameAndSecondAddress_StaysWithinTheLimit()
    {
        string name = new('a', ResourceNames.MaxCharacters);
        NodeSettings settings = Good(new ConfigurationFlags { Name = name, Listen = ["80", "0.0.0.0:81"] });

        Assert.Equal([name, name[..^2] + "-2"], Definition(settings).LoadBalancers.Select(static balancer => balancer.Name));
    }

    [Theory]
    [InlineData("443", "http://127.0.0.1:1", "with ALB, such targets are for HTTPS listeners only; allowed: --listen https://[ADDR:]PORT")]
    [InlineData("https://443", null, "the sample target speaks HTTP/1.1; allowed: a --target of your own")]
    public void Read_ProtocolVersionThatDoesNotGoWithTheRest_SaysWhy(string listen, string? target, string why)
    {
        string[] errors = Bad(new ConfigurationFlags
        {
            Listen = [listen],
            Certificate = listen == "443" ? [] : ["site.pem"],
            Target = target is null ? [] : [target],
            ProtocolVersion = "GRPC",
        });
        Assert.Contains($"--protocol-version GRPC: {why}", errors);
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllFound()
    {
        string[] errors = Bad(new ConfigurationFlags
        {
            Listen = ["80x", "81", "81", "ftp://82"],
            Target = ["https://a/b", "http://127.0.0.1", "127.0.0.1:80"],
            IdleTimeout = "0",
            Sticky = "x",
            Loops = "0",
            MaxConnections = "0",
            DrainTimeout = "-1",
            Admin = "on",
            Name = "-",
            HealthCheckPath = "health",
            ProtocolVersion = "http3",
            AccessLog = "",
            Explain = "logs/",
        });

        Assert.Equal(
            [
                "--name -: this is not a name; allowed: 1–32 letters, digits and hyphens, with no hyphen at either end",
                "--health-check-path health: this is not a path; allowed: a path that begins with a slash",
                "--listen 80x: '80x' is not a port; allowed: PORT, ADDRESS:PORT or [IPV6]:PORT, with a port of 0–65535, and https:// in front for TLS",
                "--listen 81: the address is given twice",
                "--listen ftp://82: 'ftp' is not a protocol of listeners; allowed: PORT, ADDRESS:PORT or [IPV6]:PORT, with a port of 0–65535, and https:// in front for TLS",
                "--target https://a/b: a target has no path: each request keeps its own; allowed: http://HOST:PORT or https://HOST:PORT, without a path",
                "--target 127.0.0.1:80: the target is given twice",
                "--idle-timeout 0: out of range; allowed: 1–4000 seconds",
                "--sticky x: out of range; allowed: 1–604800 seconds",
                "--protocol-version http3: this is no protocol version of targets; allowed: HTTP1, HTTP2 or GRPC",
                "--access-log '': the destination is empty; allowed: FILE, DIRECTORY/ or -",
                "--explain logs/: this is a directory; allowed: FILE or -",
                "--loops 0: out of range; allowed: 1–1024",
                "--max-connections 0: out of range; allowed: 1–100000000",
                "--drain-timeout -1: out of range; allowed: 0–86400 seconds",
                "--admin on: 'on' is not a port; allowed: ADDRESS:PORT, PORT or off",
            ],
            errors);
    }

    [Fact]
    public void Read_HttpsListener_HasTheCertificatesInTheirOrder()
    {
        NodeSettings settings = Good(new ConfigurationFlags
        {
            Listen = ["https://443", "80"],
            Certificate = ["a.pem", "b.pem"],
            PrivateKey = ["a.key", "b.key"],
            SecurityPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
            Target = ["https://127.0.0.1"],
        });
        ListenerDefinition[] listeners = [.. Definition(settings).Listeners];
        Assert.Equal([ListenerProtocol.Https, ListenerProtocol.Http], listeners.Select(static listener => listener.Protocol));
        Assert.Equal(new CertificateFiles("a.pem", "a.key"), listeners[0].DefaultCertificate);
        Assert.Equal([new("a.pem", "a.key"), new CertificateFiles("b.pem", "b.key")], listeners[0].Certificates);
        Assert.Equal("ELBSecurityPolicy-TLS13-1-2-2021-06", listeners[0].SecurityPolicy);
        Assert.Null(listeners[1].DefaultCertificate);
        TargetGroupDefinition group = Definition(settings).TargetGroups[0];
        Assert.Equal([TargetProtocol.Https, TargetProtocol.Https], [group.Protocol!.Value, group.HealthCheck.Protocol!.Value]);
    }

    [Fact]
    public void Read_MistakesOfTls_SayWhatIsMissing()
    {
        Assert.Equal(
            ["--listen https://443: https needs --certificate FILE and --private-key FILE"],
            Bad(new ConfigurationFlags { Listen = ["https://443"] }));
        Assert.Equal(
            ["--private-key: there are 1 of it and 2 of --certificate; allowed: one for each, in the same order; none where each certificate's file holds its key too"],
            Bad(new ConfigurationFlags { Listen = ["https://443"], Certificate = ["a", "b"], PrivateKey = ["a"] }));
        Assert.Equal(
            ["--certificate a.pem: this is for HTTPS, and no --listen begins with https://"],
            Bad(new ConfigurationFlags { Listen = ["443"], Certificate = ["a.pem"] }));
        Assert.Equal(
            ["--security-policy TLS13-1-2-2021-6: there is no security policy 'TLS13-1-2-2021-6'; did you mean ELBSecurityPolicy-TLS13-1-2-2021-06?"],
            Bad(new ConfigurationFlags { Listen = ["https://443"], Certificate = ["a.pem"], SecurityPolicy = "TLS13-1-2-2021-6" }));
        Assert.Equal(
            ["--target http://b: the targets of one group are all http or all https; allowed: http://HOST:PORT or https://HOST:PORT, without a path"],
            [.. Bad(new ConfigurationFlags { Target = ["https://a", "http://b"] }).Select(static error => error + "; allowed: http://HOST:PORT or https://HOST:PORT, without a path")]);
        Assert.Equal(
            ["--certificate a.pem: this names no certificate of the template; allowed: ARN=FILE or LOGICAL-ID=FILE"],
            Bad(new ConfigurationFlags { Template = "app.yaml", Certificate = ["a.pem"] }));
    }

    [Fact]
    public void Read_EmptyNameOfAFile_IsAnError()
    {
        const string Empty = "the name of the file is empty";
        ConfigurationFlags https = new() { Listen = ["https://443"], Certificate = ["a.pem"] };
        Assert.Equal([$"--certificate '': {Empty}"], Bad(https with { Certificate = [""] }));
        Assert.Equal([$"--private-key '': {Empty}"], Bad(https with { PrivateKey = [""] }));
        Assert.Equal([$"--client-ca '': {Empty}"], Bad(https with { ClientCa = [""] }));
        Assert.Equal([$"--client-crl '': {Empty}"], Bad(https with { ClientCa = ["ca.pem"], ClientCrl = ["a.crl", ""] }));
        ConfigurationFlags template = new() { Template = "app.yaml" };
        Assert.Equal([$"--certificate Site=: {Empty}"], Bad(template with { Certificate = ["Site="] }));
        Assert.Equal([$"--client-ca Store=: {Empty}"], Bad(template with { ClientCa = ["Store="] }));
        Assert.Equal([$"--client-crl Store=: {Empty}"], Bad(template with { ClientCrl = ["Store="] }));
    }

    [Fact]
    public void Read_ClientCa_VerifiesOnHttpsListenersOnly()
    {
        NodeSettings settings = Good(new ConfigurationFlags
        {
            Listen = ["https://443", "80"],
            Certificate = ["a.pem"],
            ClientCa = ["ca.pem"],
            ClientCrl = ["one.crl", "two.crl"],
            IgnoreClientExpiry = true,
            AdvertiseClientCa = true,
        });
        ListenerDefinition[] listeners = [.. Definition(settings).Listeners];
        MutualAuthentication read = listeners[0].MutualAuthentication!;
        Assert.Equal((MutualAuthenticationMode.Verify, "ca.pem"), (read.Mode, read.TrustStoreFile));
        Assert.Equal(["one.crl", "two.crl"], read.RevocationFiles);
        Assert.True(read is { IgnoresClientCertificateExpiry: true, AdvertisesTrustStoreCaNames: true });
        Assert.Null(listeners[1].MutualAuthentication);
        BalancerDefinition passing = Definition(
            Good(new ConfigurationFlags { Listen = ["https://443"], Certificate = ["a.pem"], Target = ["http://127.0.0.1:1"], MutualTls = "passthrough" }));
        Assert.Empty(SnapshotCompiler.Compile(passing).Errors);
        Assert.Equal(MutualAuthenticationMode.Passthrough, passing.Listeners[0].MutualAuthentication!.Mode);
    }

    [Fact]
    public void Read_MistakesOfMutualTls_SayWhatIsWrong()
    {
        ConfigurationFlags https = new() { Listen = ["https://443"], Certificate = ["a.pem"] };
        Assert.Equal(["--mutual-tls on: there is no such mode; allowed: verify or passthrough"], Bad(https with { MutualTls = "on" }));
        Assert.Equal(["--client-ca: this is for HTTPS, and no --listen begins with https://"], Bad(new ConfigurationFlags { Listen = ["80"], ClientCa = ["ca.pem"] }));
        Assert.Equal(
            ["--client-crl: to verify clients' certificates needs one --client-ca, and there are 0"], Bad(https with { ClientCrl = ["a.crl"] }));
        Assert.Equal(
            ["--client-ca: to verify clients' certificates needs one --client-ca, and there are 2"], Bad(https with { ClientCa = ["a", "b"] }));
        Assert.Equal(
            ["--ignore-client-expiry: this is for --mutual-tls verify; passthrough verifies nothing"],
            Bad(https with { MutualTls = "passthrough", IgnoreClientExpiry = true }));
        Assert.Equal(
            ["--mutual-tls: this does not go with --template, which says it itself"], Bad(new ConfigurationFlags { Template = "app.yaml", MutualTls = "verify" }));
        Assert.Equal(
            ["--client-ca ca.pem: this names no trust store of the template; allowed: ARN=FILE or LOGICAL-ID=FILE"],
            Bad(new ConfigurationFlags { Template = "app.yaml", ClientCa = ["ca.pem"] }));
        Assert.Equal(
            ["--client-ca Store=b.pem: Store is given twice"], Bad(new ConfigurationFlags { Template = "app.yaml", ClientCa = ["Store=a.pem", "Store=b.pem"] }));
    }

    [Fact]
    public void Read_StandardOutputForBothLogs_IsAnErrorThatNamesBoth()
    {
        Assert.Equal(
            ["--explain -: --access-log has standard output already, which only one of the two can have; allowed: FILE or -"],
            Bad(new ConfigurationFlags { AccessLog = "/dev/stdout", Explain = "-" }));
        Assert.Equal("-", Good(new ConfigurationFlags { AccessLog = "access.log", Explain = "-" }).Explain);
        Assert.Equal(
            ["--connection-log -: --access-log has standard output already, which only one of the two can have; allowed: FILE, DIRECTORY/ or -"],
            Bad(new ConfigurationFlags { AccessLog = "-", ConnectionLog = "-" }));
        Assert.Equal(
            ["--explain -: --connection-log has standard output already, which only one of the two can have; allowed: FILE or -"],
            Bad(new ConfigurationFlags { ConnectionLog = "-", Explain = "-" }));
        Assert.Equal("logs/", Good(new ConfigurationFlags { AccessLog = "logs/", ConnectionLog = "logs/" }).ConnectionLog);
    }

    [Fact]
    public void Read_OptionAndItsAttribute_IsAnError() => Assert.Equal(
        ["--attribute idle_timeout.timeout_seconds=6: --idle-timeout sets the same"],
        Bad(new ConfigurationFlags { IdleTimeout = "5", Attribute = ["idle_timeout.timeout_seconds=6"] }));

    [Fact]
    public void Read_TemplateWithFlagsOfItsOwnMatter_IsAnError() => Assert.Equal(
        [
            "--listen: this does not go with --template, which says it itself",
            "--map i-1=x: this cannot be read; allowed: INSTANCE=HOST:PORT, with brackets around an IPv6 address and a port of 1–65535",
        ],
        Bad(new ConfigurationFlags { Template = "app.yaml", Listen = ["80"], Map = ["i-1=x"] }));

    [Fact]
    public void Read_TemplateOptionWithoutTemplate_IsAnError() => Assert.Equal(
        ["--parameter A=b: this goes with --template only"], Bad(new ConfigurationFlags { Parameter = ["A=b"] }));

    private static NodeSettings Good(ConfigurationFlags flags)
    {
        NodeSettings? settings = FlagReader.Read(flags, out IReadOnlyList<UsageError> errors);
        Assert.Empty(errors);
        return settings!;
    }

    private static string[] Bad(ConfigurationFlags flags)
    {
        Assert.Null(FlagReader.Read(flags, out IReadOnlyList<UsageError> errors));
        return [.. errors.Select(static error => error.ToString())];
    }

    private static BalancerDefinition Definition(NodeSettings settings) => settings.Source.Load().Definition!;

    private static string Text(ListenerDefinition listener) => $"127.0.0.1:{listener.Port}";
}
