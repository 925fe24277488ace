using System.Collections.Immutable;
using System.Net;

namespace Weir.Model.Tests.Compilation;

public sealed class SnapshotCompilerTests
{
    private static TargetGroupDefinition Group { get; } = new()
    {
        Name = "api",
        TargetType = TargetType.Ip,
        Protocol = TargetProtocol.Http,
        Port = 8080,
        Targets = [new TargetDefinition("10.0.0.1"), new TargetDefinition("10.0.0.2", 9090)],
    };

    private static BalancerDefinition Valid { get; } = new()
    {
        LoadBalancers = [new LoadBalancerDefinition { Name = "web" }],
        Listeners =
        [
            new ListenerDefinition
            {
                LoadBalancer = "web",
                Port = 80,
                DefaultActions = [ActionDefinition.ForwardTo("api")],
            },
        ],
        TargetGroups = [Group],
    };

    [Fact]
    public void Compile_NothingButNames_TakesAlbDefaults()
    {
        var snapshot = Compile(Valid);

        var balancer = Assert.Single(snapshot.LoadBalancers);
        Assert.Equal(TimeSpan.FromSeconds(60), balancer.IdleTimeout);
        Assert.Equal(TimeSpan.FromHours(1), balancer.ClientKeepAlive);
        Assert.Equal(DesyncMitigationMode.Defensive, balancer.DesyncMitigationMode);
        Assert.False(balancer.DropInvalidHeaderFields);
        Assert.False(balancer.PreserveHostHeader);
        Assert.False(balancer.XffClientPort);
        Assert.Equal(XffHeaderProcessing.Append, balancer.XffHeaderProcessing);
        Assert.True(balancer.Http2Enabled);
        Assert.Equal(StaleConnectionMode.Protect, balancer.StaleConnections.Mode);
        Assert.Equal(ClientHalfClose.Strict, balancer.ClientHalfClose);
        Assert.Equal(PoolOrder.NewestFirst, balancer.PoolOrder);
        Assert.Equal(IPAddress.Any, balancer.ListenAddress);

        var group = Assert.Single(snapshot.TargetGroups);
        Assert.Equal(TimeSpan.FromSeconds(300), group.DeregistrationDelay);
        Assert.Equal(LoadBalancingAlgorithm.RoundRobin, group.Algorithm);
        Assert.Equal(TimeSpan.Zero, group.SlowStart);
        Assert.False(group.Stickiness.Enabled);
        Assert.Equal(new UnhealthyStateRoutingSnapshot(1, null), group.UnhealthyStateRouting);
        Assert.Equal("/", group.HealthCheck.Path);
        Assert.Equal(TimeSpan.FromSeconds(30), group.HealthCheck.Interval);
        Assert.Equal(TimeSpan.FromSeconds(5), group.HealthCheck.Timeout);
        Assert.Equal(5, group.HealthCheck.HealthyThreshold);
        Assert.Equal(2, group.HealthCheck.UnhealthyThreshold);
        Assert.Equal("200", group.HealthCheck.Matcher.Text);
        Assert.Null(group.HealthCheck.Port);
    }

    [Fact]
    public void Compile_References_JoinListenerRuleAndGroup()
    {
        var snapshot = Compile(Valid);

        var listener = Assert.Single(snapshot.LoadBalancers[0].Listeners);
        Assert.Equal(80, listener.Port);
        Assert.Equal(RuleSnapshot.DefaultPriority, listener.DefaultRule.Priority);
        var forward = Assert.IsType<ForwardActionSnapshot>(listener.DefaultRule.Action);
        Assert.Same(snapshot.TargetGroups[0], Assert.Single(forward.TargetGroups).TargetGroup);
        Assert.Same(snapshot.TargetGroups[0], snapshot.TargetGroupsByArn[snapshot.TargetGroups[0].Arn]);
        Assert.True(snapshot.TargetGroups[0].IsInUse);
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:9090"], snapshot.TargetGroups[0].Targets.Select(t => t.Key));
    }

    [Fact]
    public void Compile_GroupThatNoRuleNames_IsKeptAndNotInUse()
    {
        var snapshot = Compile(Valid with { TargetGroups = [Group, Group with { Name = "spare" }] });
        Assert.Equal([true, false], snapshot.TargetGroups.Select(group => group.IsInUse));
    }

    [Fact]
    public void Compile_ReferencesByArn_AreTheSameAsByName()
    {
        var arns = new ResourceArns(BalancerDefinition.DefaultRegion, BalancerDefinition.DefaultAccountId);
        var snapshot = Compile(Valid with
        {
            Listeners =
            [
                Valid.Listeners[0] with
                {
                    LoadBalancer = arns.LoadBalancer("web"),
                    DefaultActions = [ActionDefinition.ForwardTo(arns.TargetGroup("api"))],
                },
            ],
        });
        Assert.Equal(arns.LoadBalancer("web"), snapshot.LoadBalancers[0].Arn);
        Assert.Single(snapshot.LoadBalancers[0].Listeners);
    }

    [Fact]
    public void Compile_Attributes_BecomeTypedValues()
    {
        var snapshot = Compile(Valid with
        {
            LoadBalancers =
            [
                Valid.LoadBalancers[0] with
                {
                    Attributes =
                    [
                        new("idle_timeout.timeout_seconds", "4000"),
                        new("routing.http.desync_mitigation_mode", "strictest"),
                        new("routing.http.xff_header_processing.mode", "remove"),
                        new("weir.stale_connection.mode", "observe"),
                        new("weir.stale_connection.learn_from_hints", "false"),
                        new("weir.stale_connection.held_body_bytes", "0"),
                        new("weir.stale_connection.round_trip_milliseconds", "10"),
                        new("weir.client_half_close", "tolerate"),
                        new("weir.pool.order", "oldest_first"),
                    ],
                },
            ],
            Listeners =
            [
                Valid.Listeners[0] with
                {
                    Attributes =
                    [
                        new("routing.http.response.server.enabled", "false"),
                        new("routing.http.response.x_content_type_options.header_value", "nosniff"),
                    ],
                },
            ],
        });

        var balancer = snapshot.LoadBalancers[0];
        Assert.Equal(TimeSpan.FromSeconds(4000), balancer.IdleTimeout);
        Assert.Equal(DesyncMitigationMode.Strictest, balancer.DesyncMitigationMode);
        Assert.Equal(XffHeaderProcessing.Remove, balancer.XffHeaderProcessing);
        Assert.Equal(
            new StaleConnectionSettings
            {
                Mode = StaleConnectionMode.Observe,
                LearnsFromHints = false,
                HeldBodyBytes = 0,
                RoundTrip = TimeSpan.FromMilliseconds(10),
            },
            balancer.StaleConnections);
        Assert.Equal(ClientHalfClose.Tolerate, balancer.ClientHalfClose);
        Assert.Equal(PoolOrder.OldestFirst, balancer.PoolOrder);
        Assert.False(balancer.Listeners[0].ServerHeaderEnabled);
        Assert.Equal(
            "X-Content-Type-Options: nosniff\r\n"u8.ToArray(),
            Assert.Single(balancer.Listeners[0].InsertedResponseHeaders).Line);
    }

    [Fact]
    public void Compile_AttributeWithoutEffectYet_IsAcceptedWithAWarning()
    {
        var compilation = SnapshotCompiler.Compile(WithBalancerAttribute("waf.fail_open.enabled", "true"));
        Assert.NotNull(compilation.Snapshot);
        Assert.Equal(
            "LoadBalancer 'web': waf.fail_open.enabled is 'true': accepted, but Weir does not act on it yet",
            Assert.Single(compilation.Warnings).ToString());
        Assert.Empty(SnapshotCompiler.Compile(WithBalancerAttribute("waf.fail_open.enabled", "false")).Warnings);
    }

    [Theory]
    [InlineData("weir.target_tls.verify", "true")]
    [InlineData("weir.target_tls.server_name", "api.test")]
    public void Compile_TlsSettingOfPlainTargets_WarnsThatItHasNoEffect(string key, string value)
    {
        BalancerDefinition plain = WithGroupAttributes(new AttributeSetting(key, value));
        Assert.Equal(
            $"TargetGroup 'api': {key} has no effect: these targets are spoken to over HTTP, without TLS",
            Assert.Single(SnapshotCompiler.Compile(plain).Warnings).ToString());
        TargetGroupDefinition group = plain.TargetGroups[0];
        Assert.Empty(SnapshotCompiler.Compile(plain with { TargetGroups = [group with { Protocol = TargetProtocol.Https }] }).Warnings);
        Assert.Empty(SnapshotCompiler.Compile(plain with
        {
            TargetGroups = [group with { HealthCheck = new HealthCheckDefinition { Protocol = TargetProtocol.Https } }],
        }).Warnings);
    }

    [Fact]
    public void Compile_NameOfATlsHeader_IsTakenOnHttpsAndWarnedOfOnHttp()
    {
        ImmutableArray<AttributeSetting> attributes = [new("routing.http.request.x_amzn_tls_version.header_name", "X-Version")];
        var https = SnapshotCompiler.Compile(WithListener(Https with { Attributes = attributes }));
        Assert.Empty(https.Warnings);
        Assert.Equal(TlsHeaderNames.Standard with { Version = "X-Version" }, https.Snapshot!.LoadBalancers[0].Listeners[0].TlsHeaders);

        var http = SnapshotCompiler.Compile(WithListener(Valid.Listeners[0] with { Attributes = attributes }));
        Assert.Equal(
            "Listener 'web:80': routing.http.request.x_amzn_tls_version.header_name has no effect: this header exists on HTTPS listeners only",
            Assert.Single(http.Warnings).ToString());
    }

    [Theory]
    [InlineData("x_amzn_mtls_clientcert_leaf", null, "verify")]
    [InlineData("x_amzn_mtls_clientcert_leaf", MutualAuthenticationMode.Passthrough, "verify")]
    [InlineData("x_amzn_mtls_clientcert_leaf", MutualAuthenticationMode.Verify, null)]
    [InlineData("x_amzn_mtls_clientcert", null, "passthrough")]
    [InlineData("x_amzn_mtls_clientcert", MutualAuthenticationMode.Passthrough, null)]
    public void Compile_NameOfAHeaderOfMutualTls_IsWarnedOfWhereItDoesNotExist(string header, MutualAuthenticationMode? mode, string? needed)
    {
        var listener = Https with
        {
            Attributes = [new($"routing.http.request.{header}.header_name", "X-Own")],
            MutualAuthentication = mode is not { } given ? null : new MutualAuthentication
            {
                Mode = given,
                TrustStoreFile = given == MutualAuthenticationMode.Verify ? "ca.pem" : null,
            },
        };
        Assert.Equal(
            needed is null ? [] :
            [
                $"Listener 'web:80': routing.http.request.{header}.header_name has no effect: this header exists with mutual TLS only, in the mode {needed}",
            ],
            SnapshotCompiler.Compile(WithListener(listener)).Warnings.Select(static warning => warning.ToString()));
    }

    [Theory]
    [InlineData(TargetProtocolVersion.Grpc, "GRPC")]
    [InlineData(TargetProtocolVersion.Http2, "HTTP2")]
    [InlineData(TargetProtocolVersion.Http1, null)]
    public void Compile_GroupThatTakesHttp2Only_WithoutHttp2_IsWarnedOf(TargetProtocolVersion version, string? name)
    {
        var definition = WithListener(Https) with
        {
            LoadBalancers = [Valid.LoadBalancers[0] with { Attributes = [new("routing.http2.enabled", "false")] }],
            TargetGroups = [Group with { ProtocolVersion = version }],
        };
        Assert.Equal(
            name is null ? [] :
            [
                $"LoadBalancer 'web': routing.http2.enabled is 'false', and only HTTP/2 goes to target group 'api' of ProtocolVersion {name}: every request to it is answered 464",
            ],
            SnapshotCompiler.Compile(definition).Warnings.Select(static warning => warning.ToString()));
    }

    [Fact]
    public void Compile_AttributesThatTheBalancerActsOn_GiveNoWarning() => Assert.Empty(
        SnapshotCompiler.Compile(WithGroupAttributes(
            new("stickiness.enabled", "true"),
            new("stickiness.lb_cookie.duration_seconds", "60"),
            new("deregistration_delay.timeout_seconds", "5"))).Warnings);

    private static ListenerDefinition Https => Valid.Listeners[0] with
    {
        Protocol = ListenerProtocol.Https,
        DefaultCertificate = new CertificateFiles("site.pem", "site.key"),
    };

    public static TheoryData<string, BalancerDefinition, string> Refusals => new()
    {
        { "health timeout beyond interval", WithHealth(new() { TimeoutSeconds = 40 }), "TargetGroup 'api': HealthCheckTimeoutSeconds is 40; allowed: 2–120 and smaller than HealthCheckIntervalSeconds (30)" },
        { "health timeout equal to interval", WithHealth(new() { TimeoutSeconds = 30 }), "TargetGroup 'api': HealthCheckTimeoutSeconds is 30; allowed: 2–120 and smaller than HealthCheckIntervalSeconds (30)" },
        { "interval not above default timeout", WithHealth(new() { IntervalSeconds = 5 }), "TargetGroup 'api': HealthCheckTimeoutSeconds is 5 (the default); allowed: 2–120 and smaller than HealthCheckIntervalSeconds (5)" },
        { "interval", WithHealth(new() { IntervalSeconds = 301 }), "TargetGroup 'api': HealthCheckIntervalSeconds is 301; allowed: 5–300" },
        { "threshold", WithHealth(new() { HealthyThresholdCount = 1 }), "TargetGroup 'api': HealthyThresholdCount is 1; allowed: 2–10" },
        { "unhealthy threshold", WithHealth(new() { UnhealthyThresholdCount = 11 }), "TargetGroup 'api': UnhealthyThresholdCount is 11; allowed: 2–10" },
        { "matcher", WithHealth(new() { HttpCode = "2xx" }), "TargetGroup 'api': Matcher.HttpCode is '2xx'; allowed: codes of 200–499 in the form 200 | 200-399 | 200,201" },
        { "grpc matcher", WithHealth(new() { GrpcCode = "0" }), "TargetGroup 'api': Matcher has GrpcCode, but the ProtocolVersion is not GRPC; allowed: HttpCode" },
        { "health port", WithHealth(new() { Port = "0" }), "TargetGroup 'api': HealthCheckPort is '0'; allowed: traffic-port or 1–65535" },
        { "health path", WithHealth(new() { Path = "/a b" }), "TargetGroup 'api': HealthCheckPath is '/a b'; allowed: a path of 1–1024 characters that begins with / and has no spaces, with or without a query" },
        { "health off", WithHealth(new() { Enabled = false }), "TargetGroup 'api': HealthCheckEnabled is false; allowed: true for target groups of type instance or ip" },
        { "host name", WithGroup(Group with { Targets = [new("db.example")] }), "TargetGroup 'api': target 'db.example' is not an IP address; allowed: an IP address; a target group of type ip takes no host names" },
        { "unresolved", WithGroup(Group with { Targets = [new("i-1", 80, new("db.example", 80))] }), "TargetGroup 'api': the host name 'db.example' of target 'i-1' has no address" },
        { "wildcard target", WithGroup(Group with { Targets = [new("0.0.0.0")] }), "TargetGroup 'api': target '0.0.0.0' is at 0.0.0.0, which is not the address of one host" },
        { "target port", WithGroup(Group with { Targets = [new("10.0.0.1", 70000)] }), "TargetGroup 'api': port of target '10.0.0.1' is 70000; allowed: 1–65535" },
        { "family", WithGroup(Group with { IpAddressType = IpAddressType.Ipv4, Targets = [new("::1")] }), "TargetGroup 'api': target '::1' is an IPv6 address, but the group's IpAddressType is ipv4" },
        { "same place twice", WithGroup(Group with { TargetType = TargetType.Instance, Targets = [new("i-1", 80, new("10.0.0.1", 80)), new("i-2", 80, new("10.0.0.1", 80))] }), "TargetGroup 'api': targets 'i-1' and 'i-2' are both reached at 10.0.0.1:80" },
        { "lambda", WithGroup(Group with { TargetType = TargetType.Lambda }), "TargetGroup 'api': TargetType lambda is not supported yet; allowed: instance or ip" },
        { "http2 targets", WithGroup(Group with { ProtocolVersion = TargetProtocolVersion.Http2 }), "Listener 'web:80': target group 'api' has ProtocolVersion HTTP2, and the listener's Protocol is HTTP; allowed: an HTTPS listener, or a target group of HTTP1" },
        { "grpc codes", WithGroup(Group with { ProtocolVersion = TargetProtocolVersion.Grpc, HealthCheck = new() { GrpcCode = "100" } }), "TargetGroup 'api': Matcher.GrpcCode is '100'; allowed: codes of 0–99 in the form 12 | 0-99 | 0,12" },
        { "no port", WithGroup(Group with { Port = null }), "TargetGroup 'api': Port is missing; allowed: 1–65535" },
        { "no protocol", WithGroup(Group with { Protocol = null }), "TargetGroup 'api': Protocol is missing; allowed: HTTP or HTTPS" },
        { "slow start", WithGroupAttributes(new("slow_start.duration_seconds", "30"), new("load_balancing.algorithm.type", "least_outstanding_requests")), "TargetGroup 'api': slow_start.duration_seconds does not go with load_balancing.algorithm.type 'least_outstanding_requests'; allowed: round_robin, or no slow start" },
        { "stickiness random", WithGroupAttributes(new("stickiness.enabled", "true"), new("load_balancing.algorithm.type", "weighted_random")), "TargetGroup 'api': stickiness does not go with load_balancing.algorithm.type 'weighted_random'" },
        { "anomaly", WithGroupAttributes(new AttributeSetting("load_balancing.algorithm.anomaly_mitigation", "on")), "TargetGroup 'api': load_balancing.algorithm.anomaly_mitigation 'on' does not go with load_balancing.algorithm.type 'round_robin'; allowed: weighted_random, or off" },
        { "app cookie", WithGroupAttributes(new("stickiness.enabled", "true"), new("stickiness.type", "app_cookie")), "TargetGroup 'api': stickiness.type 'app_cookie' needs stickiness.app_cookie.cookie_name" },
        { "thresholds", WithGroupAttributes(new("target_group_health.dns_failover.minimum_healthy_targets.count", "1"), new("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "2")), "TargetGroup 'api': target_group_health.dns_failover.minimum_healthy_targets.count is 1; allowed: at least target_group_health.unhealthy_state_routing.minimum_healthy_targets.count (2), or off" },
        { "lambda attribute", WithGroupAttributes(new AttributeSetting("lambda.multi_value_headers.enabled", "true")), "TargetGroup 'api': attribute 'lambda.multi_value_headers.enabled' exists only on target groups of type lambda, this one is of type ip" },
        { "attribute twice", WithGroupAttributes(new("stickiness.enabled", "true"), new("stickiness.enabled", "false")), "TargetGroup 'api': attribute 'stickiness.enabled' is given twice" },
        { "attribute range", WithBalancerAttribute("idle_timeout.timeout_seconds", "5000"), "LoadBalancer 'web': idle_timeout.timeout_seconds is '5000'; allowed: 1–4000 seconds" },
        { "attribute unknown", WithBalancerAttribute("idle_timeout", "60"), "LoadBalancer 'web': unknown attribute 'idle_timeout'; did you mean idle_timeout.timeout_seconds?" },
        { "logs without bucket", WithBalancerAttribute("access_logs.s3.enabled", "true"), "LoadBalancer 'web': access_logs.s3.enabled is 'true', but access_logs.s3.bucket is not set" },
        { "group name", Valid with { TargetGroups = [Group, Group with { Name = "a_b" }] }, "TargetGroup 'a_b': Name is 'a_b'; allowed: 1–32 letters, digits and hyphens, with no hyphen at either end" },
        { "balancer name", Valid with { LoadBalancers = [.. Valid.LoadBalancers, new() { Name = "internal-x" }] }, "LoadBalancer 'internal-x': Name is 'internal-x'; allowed: 1–32 letters, digits and hyphens, with no hyphen at either end, not beginning with internal-" },
        { "two groups", Valid with { TargetGroups = [Group, Group] }, "TargetGroup 'api': there are two target groups of the name 'api'" },
        { "two balancers", Valid with { LoadBalancers = [.. Valid.LoadBalancers, .. Valid.LoadBalancers] }, "LoadBalancer 'web': there are two load balancers of the name 'web'" },
        { "two listeners", Valid with { Listeners = [.. Valid.Listeners, .. Valid.Listeners] }, "Listener 'web:80': load balancer 'web' has another listener on port 80" },
        { "listener port", WithListener(Valid.Listeners[0] with { Port = 0 }), "Listener 'web:0': Port is 0; allowed: 1–65535" },
        { "listener https", WithListener(Valid.Listeners[0] with { Protocol = ListenerProtocol.Https }), "Listener 'web:80': an HTTPS listener needs a certificate; allowed: one default certificate" },
        { "listener policy", WithListener(Https with { SecurityPolicy = "ELBSecurityPolicy-2016-09" }), "Listener 'web:80': there is no security policy 'ELBSecurityPolicy-2016-09'; did you mean ELBSecurityPolicy-2016-08?" },
        { "listener certificates", WithListener(Https with { Certificates = [.. Enumerable.Range(0, 26).Select(number => new CertificateFiles($"{number}.pem", "key"))] }), "Listener 'web:80': there are 26 certificates besides the default one; allowed: up to 25" },
        { "certificate without a name", WithListener(Https with { DefaultCertificate = new CertificateFiles("", "") }), "Listener 'web:80': certificate: the name of the file is empty; allowed: a PEM file" },
        { "key that no file can be", WithListener(Https with { Certificates = [new CertificateFiles("a.pem", "a\0b")] }), "Listener 'web:80': private key: the name of the file has a NUL character in it; allowed: a PEM file" },
        { "trust store without a name", WithListener(Https with { MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Verify, TrustStoreFile = "" } }), "Listener 'web:80': trust store: the name of the file is empty; allowed: a PEM file" },
        { "list without a name", WithListener(Https with { MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Verify, TrustStoreFile = "ca.pem", RevocationFiles = [""] } }), "Listener 'web:80': revocation list: the name of the file is empty; allowed: a PEM file" },
        { "verifying without a trust store", WithListener(Https with { MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Verify } }), "Listener 'web:80': to verify clients' certificates needs a trust store; allowed: a PEM file of authorities" },
        { "passing through with a trust store", WithListener(Https with { MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Passthrough, TrustStoreFile = "ca.pem" } }), "Listener 'web:80': passthrough verifies nothing, so a trust store, revocation lists and what is said about them mean nothing; allowed: verify" },
        { "three that verify", Valid with { Listeners = [.. Enumerable.Range(1, 3).Select(port => Https with { Port = port, MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Verify, TrustStoreFile = "ca.pem" } })] }, "LoadBalancer 'web': 3 of its listeners verify clients' certificates; allowed: up to 2" },
        { "header name taken", WithListener(Https with { Attributes = [new("routing.http.request.x_amzn_tls_version.header_name", "host")] }), "Listener 'web:80': routing.http.request.x_amzn_tls_version.header_name is 'host', which means something else to the target" },
        { "header name twice", WithListener(Https with { Attributes = [new("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "x-amzn-tls-version")] }), "Listener 'web:80': routing.http.request.x_amzn_mtls_clientcert_leaf.header_name is 'x-amzn-tls-version', which another of these headers is called already" },
        { "policies that do not mix", Valid with { Listeners = [Https, Https with { Port = 444, SecurityPolicy = "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09" }] }, "LoadBalancer 'web': its listeners have the security policies ELBSecurityPolicy-2016-08 and ELBSecurityPolicy-TLS13-1-2-PQ-2025-09, which do not go together; allowed: FIPS and post-quantum policies, or neither" },
        { "no balancer", WithListener(Valid.Listeners[0] with { LoadBalancer = "x" }), "Listener 'x:80': there is no load balancer 'x'" },
        { "no group", WithListener(Valid.Listeners[0] with { DefaultActions = [ActionDefinition.ForwardTo("x")] }), "Listener 'web:80': there is no target group 'x'" },
        { "no action", WithListener(Valid.Listeners[0] with { DefaultActions = [] }), "Listener 'web:80': DefaultActions is empty; allowed: one forward action" },
        { "other action", WithListener(Valid.Listeners[0] with { DefaultActions = [new UnsupportedActionDefinition("redirect")] }), "Listener 'web:80': action type 'redirect' is not supported yet; allowed: forward" },
        { "weight", WithListener(Valid.Listeners[0] with { DefaultActions = [new ForwardActionDefinition { TargetGroups = [new("api", 1000)] }] }), "Listener 'web:80': Weight is 1000; allowed: 0–999" },
    };

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public void Compile_OneThingWrong_GivesThatErrorAlone(string name, BalancerDefinition definition, string expected)
    {
        var compilation = SnapshotCompiler.Compile(definition);
        Assert.True(compilation.Snapshot is null, name);
        Assert.Equal([expected], compilation.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Compile_TwoBalancersOnOnePortOfOneAddress_AreRefusedUnlessAddressesDiffer()
    {
        var two = Valid with
        {
            LoadBalancers = [.. Valid.LoadBalancers, new LoadBalancerDefinition { Name = "other" }],
            Listeners =
            [
                .. Valid.Listeners,
                new ListenerDefinition
                {
                    LoadBalancer = "other",
                    Port = 80,
                    DefaultActions = [ActionDefinition.ForwardTo("other")],
                },
            ],
            TargetGroups = [Group, Group with { Name = "other" }],
        };
        Assert.Equal(
            "Listener 'other:80': port 80 of 0.0.0.0 is taken by load balancer 'web'; "
            + "allowed: another port, or another listen address for one of the two",
            Assert.Single(SnapshotCompiler.Compile(two).Errors).ToString());

        var apart = two with
        {
            LoadBalancers =
            [
                new LoadBalancerDefinition { Name = "web", ListenAddress = IPAddress.Parse("127.0.0.1") },
                new LoadBalancerDefinition { Name = "other", ListenAddress = IPAddress.Parse("127.0.0.2") },
            ],
        };
        Assert.Equal(2, Compile(apart).LoadBalancers.Length);
    }

    [Fact]
    public void Compile_GroupOfAnotherBalancer_IsRefused()
    {
        var definition = Valid with
        {
            LoadBalancers = [.. Valid.LoadBalancers, new LoadBalancerDefinition { Name = "other" }],
            Listeners = [.. Valid.Listeners, Valid.Listeners[0] with { LoadBalancer = "other", Port = 81 }],
        };
        var error = Assert.Single(SnapshotCompiler.Compile(definition).Errors);
        Assert.Equal(AwsErrorCodes.TargetGroupAssociationLimit, error.AwsErrorCode);
    }

    [Fact]
    public void Compile_SameTargetTwice_RegistersItOnce()
    {
        var snapshot = Compile(WithGroup(Group with { Targets = [new("10.0.0.1"), new("10.0.0.1", 8080)] }));
        Assert.Single(snapshot.TargetGroups[0].Targets);
    }

    [Fact]
    public void Validate_UnresolvedHosts_AreNoErrorAndCompileOnceResolved()
    {
        var definition = WithGroup(Group with
        {
            TargetType = TargetType.Instance,
            Targets = [new("i-1", 80, new("db.example", 3000)), new("i-2", 80, new("10.0.0.2", 80))],
        });
        Assert.Empty(SnapshotCompiler.Validate(definition).Errors);
        Assert.Equal(["db.example"], definition.UnresolvedHosts);

        var resolved = definition.WithResolvedHosts(
            new Dictionary<string, IPAddress> { ["db.example"] = IPAddress.Parse("127.0.0.1") });
        Assert.Equal(
            ["127.0.0.1:3000", "10.0.0.2:80"],
            Compile(resolved).TargetGroups[0].Targets.Select(target => target.Key));
    }

    [Fact]
    public void Compile_ErrorOfAKnownPlace_NamesThePlace()
    {
        var origin = new DefinitionOrigin(
            "TargetGroup 'Api'",
            new SourceLocation("app.yaml", 10, 3),
            new Dictionary<string, SourceLocation>
            {
                ["HealthCheckTimeoutSeconds"] = new("app.yaml", 23, 7),
                ["Targets"] = new("app.yaml", 30, 7),
            });
        var group = Group with
        {
            Origin = origin,
            HealthCheck = new() { TimeoutSeconds = 200, IntervalSeconds = 400 },
            Targets = [new("x")],
        };
        Assert.Equal(
            [10, 23, 30],
            SnapshotCompiler.Compile(WithGroup(group)).Errors.Select(error => error.Location!.Value.Line).Order());
    }

    private static BalancerSnapshot Compile(BalancerDefinition definition)
    {
        var compilation = SnapshotCompiler.Compile(definition);
        Assert.Equal([], compilation.Errors.Select(error => error.ToString()));
        return compilation.Snapshot!;
    }

    private static BalancerDefinition WithGroup(TargetGroupDefinition group) => Valid with { TargetGroups = [group] };

    private static BalancerDefinition WithHealth(HealthCheckDefinition health) =>
        WithGroup(Group with { HealthCheck = health });

    private static BalancerDefinition WithGroupAttributes(params ImmutableArray<AttributeSetting> attributes) =>
        WithGroup(Group with { Attributes = attributes });

    private static BalancerDefinition WithListener(ListenerDefinition listener) => Valid with { Listeners = [listener] };

    private static BalancerDefinition WithBalancerAttribute(string key, string value) => Valid with
    {
        LoadBalancers =
        [
            Valid.LoadBalancers[0] with { Attributes = [new AttributeSetting(key, value)] },
        ],
    };
}
