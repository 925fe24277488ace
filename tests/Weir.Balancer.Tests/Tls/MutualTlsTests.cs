using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>Clients that show certificates, or none: who gets in, what the connection log says of it, what targets are told.</summary>
public sealed class MutualTlsTests(CertificateFolder folder) : IClassFixture<CertificateFolder>
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nX-Other: 1\r\n\r\n";
    private const string Spoofed =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Amzn-Mtls-Clientcert-Subject: CN=admin\r\nx_amzn_mtls_clientcert: mine\r\nX-Amzn-Mtls-Clientcert-Leaf: x\r\n"
        + "X-Subject: CN=admin\r\nX-Other: 1\r\n\r\n";

    public static TheoryData<string, string> Failures => new()
    {
        { "none", "UnmappedConnectionError" },
        { "another authority's", "ClientCertUntrusted" },
        { "self-signed", "ClientCertUntrusted" },
        { "an authority's that is trusted for nothing", "ClientCertUntrusted" },
        { "expired", "ClientCertExpired" },
        { "not yet valid", "ClientCertNotYetValid" },
        { "revoked", "ClientCertCrlHit" },
        { "revoked below", "ClientCertCrlHit" },
        { "list expired", "ClientCertCrlProcessingError" },
        { "for servers", "ClientCertPurposeInvalid" },
        { "five in a chain", "ClientCertMaxChainDepthExceeded" },
        { "issued by no authority", "ClientCertInvalid" },
        { "signed with SHA-1", "ClientCertTypeUnsupported" },
        { "20 K", "ClientCertMaxSizeExceeded" },
        { "chain of 70 K", "ClientCertMaxSizeExceeded" },
        { "intermediate expired, ignoring expiry", "ClientCertExpired" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Handshake_WithWhatIsNotAccepted_FailsWithItsCode(string what, string code)
    {
        TestAuthority root = TestAuthority.Root(folder);
        (TlsCertificate? shown, MutualAuthentication settings) = Case(what, root);
        foreach (TlsVersion version in (TlsVersion[])[TlsVersion.Tls12, TlsVersion.Tls13])
        {
            using var world = new BalancerWorld(Verifying(settings));
            var client = new TlsClient(world, Client(shown, version));
            client.Handshake();
            world.Until(() => world.Counters[Counter.ClientTlsErrors] == 1, "the balancer refuses");
            Assert.Equal(0, world.Counters[Counter.ClientTlsHandshakes]);

            string line = Assert.Single(world.ConnectionLog());
            Assert.Contains($" Failed:{code} TID_", line, StringComparison.Ordinal);
            Assert.Contains(version == TlsVersion.Tls13 ? " TLSv1.3 " : " TLSv1.2 ", line, StringComparison.Ordinal);
            bool isSeen = shown is not null && what != "chain of 70 K";
            Assert.Equal(isSeen, line.Contains("\"CN=client\" NotBefore=", StringComparison.Ordinal));
            Assert.Empty(world.Log());
        }
    }

    // Its own part of the handshake is done by then, so that the request is behind it. Source: RFC 8446 §4.4, figure 1
    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public void Client_RefusedUnderTls13_IsToldWhy_ThoughItsRequestIsOnTheWay(int requests)
    {
        using var world = new BalancerWorld(Verifying(Trusting(TestAuthority.Root(folder))));
        var client = new TlsClient(world, Client(null, TlsVersion.Tls13));
        Peer inside = client.Inside;
        inside.Send(string.Concat(Enumerable.Repeat(Request, requests)));
        world.Until(() => inside.Ended, "the end");
        world.RunMs(100);
        Assert.Equal(TlsFailureKind.CertificateWanted, client.Tls.Failure?.Kind);
        Assert.Equal(ConnectionEnd.Fin, client.EndBelow);
        Assert.Equal(1, world.Counters[Counter.ClientTlsErrors]);
    }

    [Theory]
    [InlineData("its own")]
    [InlineData("four in a chain")]
    [InlineData("intermediate as the authority")]
    [InlineData("expired, ignoring expiry")]
    [InlineData("list of another authority")]
    [InlineData("not on the list")]
    [InlineData("P-384")]
    [InlineData("RSA-PSS")]
    public void Handshake_WithWhatIsAccepted_Succeeds(string what)
    {
        TestAuthority root = TestAuthority.Root(folder);
        (TlsCertificate? shown, MutualAuthentication settings) = Case(what, root);
        using var world = new BalancerWorld(Verifying(settings));
        Peer client = new TlsClient(world, Client(shown)).Inside;
        client.Send(Request);
        Assert.Contains("X-Amzn-Mtls-Clientcert-Subject: CN=client\r\n", world.Target.Accept().ReadHead(), StringComparison.Ordinal);
        Assert.Contains(
            "\"CN=client\" NotBefore=2020-01-02T03:04:05Z;NotAfter=", Assert.Single(world.ConnectionLog()), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_OfAVerifiedClient_TellsTheTargetWhoItIs_InTheListenersWordsOnly()
    {
        TestAuthority root = TestAuthority.Root(folder, "Root \u00e9");
        string file = root.IssueFile(out X509Certificate2 issued, subject: "CN=client+OU=x, O=\"a, b\", C=DE");
        using var world = new BalancerWorld(Verifying(Trusting(root)));
        new TlsClient(world, Client(TlsCertificate.Load(file, file).Certificate)).Inside.Send(Spoofed);
        string pem = issued.ExportCertificatePem().Replace(" ", "%20", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
        Assert.Equal(
            "X-Amzn-Mtls-Clientcert-Serial-Number: 03A5B1\r\n"
                + "X-Amzn-Mtls-Clientcert-Issuer: CN=Root \\C3\\A9\r\n"
                + "X-Amzn-Mtls-Clientcert-Subject: CN=client\\+OU=x,O=a\\, b,C=DE\r\n"
                + "X-Amzn-Mtls-Clientcert-Validity: NotBefore=2020-01-02T03:04:05Z;NotAfter=2049-06-07T08:09:10Z\r\n"
                + $"X-Amzn-Mtls-Clientcert-Leaf: {pem}%0A\r\n"
                + "X-Subject: CN=admin\r\nX-Other: 1\r\n",
            Told(world));
    }

    [Fact]
    public void Request_HeadersRenamed_HasThemUnderTheNewNames()
    {
        TestAuthority root = TestAuthority.Root(folder);
        using var world = new BalancerWorld(Verifying(Trusting(root)) with
        {
            Listener =
            [
                "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name=X-Serial",
                "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name=X-Issuer",
                "routing.http.request.x_amzn_mtls_clientcert_subject.header_name=X-Subject",
                "routing.http.request.x_amzn_mtls_clientcert_validity.header_name=X-Validity",
                "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name=X-Leaf",
            ],
        });
        new TlsClient(world, Client(root.Issue())).Inside.Send(Spoofed);
        string[] names = [.. Told(world).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(':')[0])];
        Assert.Equal(["X-Serial", "X-Issuer", "X-Subject", "X-Validity", "X-Leaf", "X-Other"], names);
    }

    [Theory]
    [InlineData("", "X-Amzn-Mtls-Clientcert")]
    [InlineData("X-Chain", "X-Chain")]
    public void Request_PassedThrough_HasTheWholeChainThatNobodyHasVerified(string renamed, string name)
    {
        TestAuthority below = TestAuthority.Root(folder).Below("Below");
        string file = below.IssueFile(out X509Certificate2 issued, (request, _) => below.Sign(request, until: TestAuthority.Yesterday));
        using var world = new BalancerWorld(Verifying(new MutualAuthentication { Mode = MutualAuthenticationMode.Passthrough }) with
        {
            Listener = [$"routing.http.request.x_amzn_mtls_clientcert.header_name={renamed}"],
        });
        new TlsClient(world, Client(TlsCertificate.Load(file, file).Certificate)).Inside.Send(Spoofed);
        string chain = $"{issued.ExportCertificatePem()}\n{below.Pem}"
            .Replace(" ", "%20", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
        Assert.Equal($"{name}: {chain}\r\nX-Subject: CN=admin\r\nX-Other: 1\r\n", Told(world));
        Assert.Contains(" Success TID_", Assert.Single(world.ConnectionLog()), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_PassedThroughWithoutACertificate_GoesOnWithoutAWordOfIt()
    {
        using var world = new BalancerWorld(Verifying(new MutualAuthentication { Mode = MutualAuthenticationMode.Passthrough }));
        new TlsClient(world, Client(null)).Inside.Send(Spoofed);
        Assert.Equal("X-Subject: CN=admin\r\nX-Other: 1\r\n", Told(world));
    }

    // Where a certificate is chosen by name, OpenSSL goes on with another context.
    [Theory]
    [InlineData("its own", null)]
    [InlineData("none", "UnmappedConnectionError")]
    [InlineData("another authority's", "ClientCertUntrusted")]
    public void Handshake_WithAServerNameThatIsKnown_IsVerifiedAllTheSame(string what, string? code)
    {
        (TlsCertificate? shown, MutualAuthentication settings) = Case(what, TestAuthority.Root(folder));
        WorldOptions verifying = Verifying(settings);
        using var world = new BalancerWorld(verifying with
        {
            Define = listener => verifying.Define(listener) with { Certificates = [new CertificateFiles(folder.Server, folder.Server)] },
        });
        new TlsClient(world, Client(shown), "site.test").Handshake();
        world.Until(() => world.Counters[Counter.ClientTlsErrors] + world.Counters[Counter.ClientTlsHandshakes] == 1, "a decision");
        Assert.Contains(code is null ? " Success TID_" : $" Failed:{code} TID_", Assert.Single(world.ConnectionLog()), StringComparison.Ordinal);
    }

    [Fact]
    public void TrustStore_Replaced_CountsForNewConnectionsAndLeavesOthers()
    {
        TestAuthority before = TestAuthority.Root(folder, "Before");
        TestAuthority after = TestAuthority.Root(folder, "After");
        using var world = new BalancerWorld(Verifying(Trusting(before)));
        Peer kept = new TlsClient(world, Client(before.Issue())).Inside;
        world.Apply(Verifying(Trusting(after)));
        new TlsClient(world, Client(before.Issue())).Handshake();
        world.Until(() => world.Counters[Counter.ClientTlsErrors] == 1, "the balancer refuses");
        kept.Send(Request);
        world.Target.Accept().ReadHead();
        Assert.Equal(TlsHandshakeResult.Done, new TlsClient(world, Client(after.Issue())).Handshake().Result);
    }

    [Fact]
    public void ChainOf64K_PassedThrough_FitsTheHead()
    {
        TestAuthority root = TestAuthority.Root(folder);
        TlsCertificate large = root.Issue((request, _) => root.Sign(Padded(request, 47_000)));
        using var world = new BalancerWorld(Verifying(new MutualAuthentication { Mode = MutualAuthenticationMode.Passthrough }));
        Peer client = new TlsClient(world, Client(large)).Inside;
        string fields = string.Concat(Enumerable.Range(0, 4).Select(static number => $"X-{number}: {new string('x', 15_000)}\r\n"));
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: 60000\r\n\r\n{new string('b', 60_000)}");
        Peer target = world.Target.Accept();
        Assert.EndsWith("%0A", Field(target.ReadHead(), "X-Amzn-Mtls-Clientcert"), StringComparison.Ordinal);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.ReadTo("ok");
    }

    private (TlsCertificate? Shown, MutualAuthentication Settings) Case(string what, TestAuthority root)
    {
        TestAuthority one = root.Below("One");
        MutualAuthentication trusting = Trusting(root);
        return what switch
        {
            "none" => (null, trusting),
            "its own" => (root.Issue(), trusting),
            "another authority's" => (TestAuthority.Root(folder, "Other").Issue(), trusting),
            "an authority's that is trusted for nothing" => (root.Issue(), trusting with { TrustStoreFile = root.RejectedBeside(TestAuthority.Root(folder, "Other")) }),
            "self-signed" => (root.Issue(static (request, _) => request.CreateSelfSigned(TestAuthority.Past, TestAuthority.Future)), trusting),
            "expired" => (root.Issue((request, _) => root.Sign(request, until: TestAuthority.Yesterday)), trusting),
            "expired, ignoring expiry" => (
                root.Issue((request, _) => root.Sign(request, until: TestAuthority.Yesterday)), trusting with { IgnoresClientCertificateExpiry = true }),
            "not yet valid" => (root.Issue((request, _) => root.Sign(request, from: TestAuthority.Tomorrow)), trusting),
            "revoked" => (root.Issue(), trusting with { RevocationFiles = [root.Revoke(TestAuthority.Future, [0x03, 0xA5, 0xB1])] }),
            "revoked below" => (one.Issue(), trusting with { RevocationFiles = [root.Revoke(TestAuthority.Future, [1])] }),
            "list expired" => (root.Issue(), trusting with { RevocationFiles = [root.Revoke(TestAuthority.Yesterday, [9])] }),
            "list of another authority" => (
                root.Issue(), trusting with { RevocationFiles = [TestAuthority.Root(folder, "Other").Revoke(TestAuthority.Future, [0x03, 0xA5, 0xB1])] }),
            "not on the list" => (one.Issue(), trusting with { RevocationFiles = [one.Revoke(TestAuthority.Future, [9]), root.Revoke(TestAuthority.Future, [9])] }),
            "for servers" => (root.Issue((request, _) => root.Sign(WithPurpose(request, "1.3.6.1.5.5.7.3.1"))), trusting),
            "four in a chain" => (one.Below("Two").Issue(), trusting),
            "five in a chain" => (one.Below("Two").Below("Three").Issue(), trusting),
            "intermediate as the authority" => (one.Issue(), Trusting(one)),
            "issued by no authority" => (root.Below("None", isAuthority: false).Issue(), trusting),
            "signed with SHA-1" => (root.Issue((request, _) => root.SignWithSha1(request)), trusting),
            "20 K" => (root.Issue((request, _) => root.Sign(Padded(request, 20_000))), trusting),
            "chain of 70 K" => (root.Issue((request, _) => root.Sign(Padded(request, 70_000))), trusting),
            "intermediate expired, ignoring expiry" => (
                root.Below("Old", until: TestAuthority.Yesterday).Issue(), trusting with { IgnoresClientCertificateExpiry = true }),
            "P-384" => (Issue(root, ECDsa.Create(ECCurve.NamedCurves.nistP384), null), trusting),
            "RSA-PSS" => (Issue(root, null, RSA.Create(2048)), trusting),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }

    private TlsCertificate Issue(TestAuthority root, ECDsa? ec, RSA? rsa)
    {
        CertificateRequest request = ec is not null
            ? new CertificateRequest("CN=client", ec, HashAlgorithmName.SHA384)
            : new CertificateRequest("CN=client", rsa!, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        string file = folder.Write(
            $"{Guid.NewGuid():N}.pem", $"{root.Sign(request).ExportCertificatePem()}\n{(ec ?? (AsymmetricAlgorithm)rsa!).ExportPkcs8PrivateKeyPem()}\n");
        return TlsCertificate.Load(file, file).Certificate!;
    }

    private WorldOptions Verifying(MutualAuthentication settings)
    {
        WorldOptions https = folder.Https;
        return https with { Define = listener => https.Define(listener) with { MutualAuthentication = settings } };
    }

    private static MutualAuthentication Trusting(TestAuthority root) =>
        new() { Mode = MutualAuthenticationMode.Verify, TrustStoreFile = root.File };

    private static TlsContext Client(TlsCertificate? certificate, TlsVersion version = TlsVersion.Tls13)
    {
        // With a version as old as that, OpenSSL lets a client show weak certificates too.
        TlsContextOutcome outcome = TlsContext.UnverifiedClient(new TlsOptions { LeastVersion = TlsVersion.Tls11, MostVersion = version }, certificate);
        Assert.Equal("", outcome.Problem);
        return outcome.Context!;
    }

    private static CertificateRequest WithPurpose(CertificateRequest request, string purpose)
    {
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        return request;
    }

    private static CertificateRequest Padded(CertificateRequest request, int bytes)
    {
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[bytes], critical: false));
        return request;
    }

    // What stands between the trace id and the balancer's own hint.
    private static string Told(BalancerWorld world)
    {
        string head = world.Target.Accept().ReadHead();
        int trace = head.IndexOf("X-Amzn-Trace-Id: ", StringComparison.Ordinal);
        int end = head.IndexOf("Connection: keep-alive\r\n\r\n", StringComparison.Ordinal);
        return head[(head.IndexOf("\r\n", trace, StringComparison.Ordinal) + 2)..end];
    }

    private static string Field(string head, string name) =>
        head.Split("\r\n").Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal));
}
