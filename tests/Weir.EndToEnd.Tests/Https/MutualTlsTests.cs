namespace Weir.EndToEnd.Tests;

/// <summary>Listeners that ask for certificates, with openssl as the authority and the client, and curl.</summary>
[NativeOnly]
public sealed class MutualTlsTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: site.test\r\nX-Amzn-Mtls-Clientcert-Subject: CN=admin\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task Clients_GoodRevokedAndUnsupported_AreToldApart_AndNoneResumes()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await MakeAuthority(folder, "root");
        await Issue(folder, "root", "good", "-newkey", "rsa:2048");
        await Issue(folder, "root", "ed", "-newkey", "ed25519");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            ["--listen", "https://0", "--certificate", folder.PathOf("site.pem"), "--security-policy", "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "--client-ca", folder.PathOf("root.pem"), "--advertise-client-ca", "--target", target.Url, "--connection-log", folder.PathOf("connections.log")]);
        await weir.WhenHealthy();

        string session = folder.PathOf("session.pem");
        Assert.Contains("hello", (await Speak(weir, folder, "good", "-tls1_3", "-sess_out", session)).Output, StringComparison.Ordinal);
        string head = target.Heads.Last();
        Assert.Contains("\r\nX-Amzn-Mtls-Clientcert-Subject: CN=good,O=Test\r\nX-Amzn-Mtls-Clientcert-Validity: NotBefore=", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0A", head, StringComparison.Ordinal);
        Assert.DoesNotContain("CN=admin", head, StringComparison.Ordinal);
        // No ticket was given, so there is nothing to come back with.
        Assert.False(File.Exists(session) && new FileInfo(session).Length > 0);
        ProgramRun shown = await ProgramRun.Of("openssl", ["s_client", "-connect", $"127.0.0.1:{weir.Port}", "-tls1_2", .. Credentials(folder, "good")]);
        Assert.Contains("Acceptable client certificate CA names\nO = Test, CN = root\n", shown.Output, StringComparison.Ordinal);

        Assert.DoesNotContain("hello", (await Speak(weir, folder, "ed", "-tls1_3")).Output, StringComparison.Ordinal);
        ProgramRun without = await ProgramRun.Of("curl", ["-s", "-k", $"https://127.0.0.1:{weir.Port}/"]);
        Assert.NotEqual(0, without.ExitCode);

        await weir.StopAndReadLog();
        string[] lines = File.ReadAllLines(folder.PathOf("connections.log"));
        Assert.Equal(
            ["Success", "Success", "Failed:ClientCertTypeUnsupported", "Failed:UnmappedConnectionError"],
            lines.Select(static line => line[..line.IndexOf(" TID_", StringComparison.Ordinal)].Split(' ')[^1]));
        Assert.Contains(" \"CN=good,O=Test\" NotBefore=", lines[0], StringComparison.Ordinal);
        Assert.Contains(" \"CN=ed,O=Test\" NotBefore=", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrustStore_ThatChanges_CountsForNewConnections_AndABadOneDoesNot()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await MakeAuthority(folder, "one");
        await MakeAuthority(folder, "two");
        await Issue(folder, "two", "client", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        string store = folder.PathOf("store.pem");
        File.Copy(folder.PathOf("one.pem"), store);
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            ["--listen", "https://0", "--certificate", folder.PathOf("site.pem"), "--client-ca", store, "--target", target.Url]);
        await weir.WhenHealthy();
        Assert.DoesNotContain("hello", (await Speak(weir, folder, "client")).Output, StringComparison.Ordinal);

        File.Copy(folder.PathOf("two.pem"), store, overwrite: true);
        await Deadline.Until(() => weir.Events("certificates").Length == 1, "weir reads the file");
        Assert.Contains("hello", (await Speak(weir, folder, "client")).Output, StringComparison.Ordinal);

        File.Copy(folder.PathOf("client.pem"), store, overwrite: true);
        await Deadline.Until(() => weir.Events("certificates").Length == 2, "weir reads the bad file");
        Assert.Contains(
            $"{store}: certificate 1 (CN=client,O=Test) is not that of an authority (CA:TRUE).",
            weir.Events("configuration")[^1].GetProperty("message").GetString()!,
            StringComparison.Ordinal);
        Assert.Contains("hello", (await Speak(weir, folder, "client")).Output, StringComparison.Ordinal);
    }

    private static string[] Credentials(TempFolder folder, string name) => ["-cert", folder.PathOf($"{name}.pem"), "-key", folder.PathOf($"{name}.key")];

    private static Task<ProgramRun> Speak(WeirProcess weir, TempFolder folder, string client, params string[] options) => ProgramRun.Of(
        "openssl", ["s_client", "-connect", $"127.0.0.1:{weir.Port}", "-quiet", "-ign_eof", .. Credentials(folder, client), .. options], input: Request);

    private static Task MakeAuthority(TempFolder folder, string name) => OpenSsl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", $"/O=Test/CN={name}",
        "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", folder.PathOf($"{name}.key"), "-out", folder.PathOf($"{name}.pem"));

    private static Task Issue(TempFolder folder, string authority, string name, params string[] key) => OpenSsl(
        ["req", "-x509", .. key, "-nodes", "-days", "2", "-subj", $"/O=Test/CN={name}", "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", folder.PathOf($"{authority}.pem"), "-CAkey", folder.PathOf($"{authority}.key"),
            "-keyout", folder.PathOf($"{name}.key"), "-out", folder.PathOf($"{name}.pem")]);

    private static async Task OpenSsl(params string[] arguments)
    {
        ProgramRun run = await ProgramRun.Of("openssl", arguments);
        Assert.True(run.ExitCode == 0, run.Errors);
    }
}
