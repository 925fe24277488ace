using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>The connection log of a running node, with openssl as its client and `weir diagnose` as its reader.</summary>
public sealed partial class ConnectionLogTests
{
    [Fact]
    public async Task Connections_PlainGoodAndFailed_AreOneLineEach_AndDiagnoseReadsThem()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        Directory.CreateDirectory(folder.PathOf("logs"));
        string log = folder.PathOf("logs/connections.log");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            ["--listen", "https://0", "--listen", "127.0.0.2:0", "--certificate", folder.PathOf("site.pem"),
                "--security-policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "--target", target.Url, "--connection-log", log]);
        await weir.WhenHealthy();
        int[] ports = weir.Ports;
        await Speak(ports[0], "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-curves", "P-256");
        await Speak(ports[0], "-tls1_3", "-curves", "X25519");
        await Speak(ports[0], "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
        ProgramRun plain = await ProgramRun.Of("curl", ["-s", $"http://127.0.0.2:{ports[1]}/"]);
        Assert.Equal("hello", plain.Output);
        Assert.Equal(4, (await weir.WaitForMetric("weir_connection_log_written_lines_total", 4))["weir_connection_log_written_lines_total"]);

        LogLine[] access = await weir.StopAndReadLog();
        string[][] lines = [.. File.ReadAllLines(log).Select(static line => line.Split(' '))];
        Assert.All(lines, static line => Assert.Equal(15, line.Length));
        Assert.Equal(["TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "Success", "secp256r1"], Tls(lines[0]));
        Assert.Equal(["TLSv1.3", "TLS_AES_128_GCM_SHA256", "Success", "x25519"], Tls(lines[1]));
        Assert.Equal(["-", "-", "Failed:UnmappedConnectionError", "-"], Tls(lines[2]));
        Assert.Equal(["-", "-", "-", "-"], Tls(lines[3]));
        Assert.Equal([$"{ports[0]}", $"{ports[0]}", $"{ports[0]}", $"{ports[1]}"], lines.Select(static line => line[3]));
        Assert.Matches(Latency(), lines[0][6]);
        Assert.Matches(Latency(), lines[1][6]);
        Assert.Equal(["-", "-"], [lines[2][6], lines[3][6]]);
        // The access log's lines belong to the connections that had requests.
        Assert.Equal([lines[0][11], lines[1][11], lines[3][11]], access.Select(static line => line[30]));

        File.Copy(weir.LogFile, folder.PathOf("logs/access.log"));
        ProgramRun diagnosis = await ProgramRun.OfWeir("diagnose", "--format", "json", folder.PathOf("logs"));
        JsonElement read = JsonDocument.Parse(diagnosis.Output).RootElement.GetProperty("counts");
        Assert.Equal(
            [3, 4, 0],
            [read.GetProperty("requests").GetInt32(), read.GetProperty("connection_lines").GetInt32(), read.GetProperty("unreadable_lines").GetInt32()]);
    }

    [GeneratedRegex("^[0-9]+\\.[0-9]{3}$")]
    private static partial Regex Latency();

    private static string[] Tls(string[] line) => [line[4], line[5], line[10], line[12]];

    private static Task<ProgramRun> Speak(int port, params string[] options) => ProgramRun.Of(
        "openssl",
        ["s_client", "-connect", $"127.0.0.1:{port}", "-quiet", "-ign_eof", .. options],
        input: "GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
}
