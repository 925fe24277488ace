using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>A bucket's folder as it is found: access logs beside everything else that balancers write, whole and damaged.</summary>
public sealed class LogFolderTests
{
    private const int Errors = 20;
    private const string Stem = "123456789012_elasticloadbalancing_eu-west-1_app.shop.1234567890abcdef_20261124T0005Z_203.0.113.1_";

    private static void WriteEverything(TempFolder folder)
    {
        folder.Write(Stem + "aaaaaaaa.log", AlbLogs.Race(Errors));
        folder.Write(Stem + "bbbbbbbb.log", "");
        folder.Write("ELBAccessLogTestFile", "Enable AccessLog for ELB: shop at 2026-11-24T00:00:00.123Z");
        folder.Write("notes.txt", "milk\nbread\n");
        folder.Write("classic.log", string.Concat(Enumerable.Repeat(
            "2026-11-24T00:00:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.38.0\" - -\n", 3)));
        folder.Write("net.log",
            "tls 2.0 2026-11-24T00:00:40 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn - ECDHE-RSA-AES128-SHA tlsv12 - nlb.example - - - 2026-11-24T00:00:30\n");
        folder.Write("health_check_log." + Stem + "cccccccc.log", string.Concat(Enumerable.Range(0, 30).Select(static minute =>
            string.Create(CultureInfo.InvariantCulture, $"http 2026-11-24T00:{minute:00}:10.875678Z 0.003 10.0.1.5:3000 api PASS 200 -\n"))));
        folder.Write("conn_log." + Stem + "dddddddd.log",
            "2026-11-23T23:59:00.691358Z 203.0.113.77 54321 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 0.034 \"-\" - - Success TID_9d3ce6522c7ea95d2a2f62d46dbc097c secp256r1 app/shop/1234567890abcdef 203.0.113.1\n" +
            "2026-11-23T23:59:01.691358Z 203.0.113.78 54322 443 TLSv1.2 - - \"CN=me\" - - Failed:ClientCertExpired TID_0d3ce6522c7ea95d2a2f62d46dbc097c - app/shop/1234567890abcdef 203.0.113.1\n");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(AlbLogs.Healthy(2_000)));
        }

        File.WriteAllBytes(folder.PathOf(Stem + "eeeeeeee.log.gz"), packed.ToArray()[..^3_000]);
    }

    [Fact]
    public async Task Diagnose_AFolderOfEverything_TellsItApartAndCountsIt()
    {
        using var folder = new TempFolder();
        WriteEverything(folder);

        JsonElement report = await DiagnoseRun.Report(DiagnoseRun.Findings, folder.Path);

        JsonElement counts = report.GetProperty("counts");
        Assert.Equal(9, Number("files"));
        Assert.Equal(Errors, Number("balancer_errors"));
        Assert.Equal(4, Number("other_balancer_lines"));
        Assert.Equal(30, Number("health_check_lines"));
        Assert.Equal(2, Number("connection_lines"));
        Assert.Equal(1, Number("empty_lines"));
        Assert.Equal(3, Number("unreadable_lines"));
        Assert.Equal(Number("lines"), Number("requests") + 4 + 30 + 2 + 1 + 3);
        string[] places = [.. counts.GetProperty("unreadable_places").EnumerateArray().Select(static place => Path.GetFileName(place.GetString())!)];
        Assert.Equal(["notes.txt:1", "notes.txt:2"], places[..2]);
        // The line in which the file was cut.
        Assert.StartsWith(Stem + "eeeeeeee.log.gz:", places[2], StringComparison.Ordinal);
        Assert.Contains("eeeeeeee.log.gz is cut off", Assert.Single(counts.GetProperty("damaged_files").EnumerateArray()).GetString(), StringComparison.Ordinal);

        long Number(string name) => counts.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task Diagnose_HealthCheckAndConnectionLogsBesideIt_AreUsed()
    {
        using var folder = new TempFolder();
        WriteEverything(folder);

        JsonElement report = await DiagnoseRun.Report(DiagnoseRun.Findings, folder.Path);

        JsonElement finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        string evidence = finding.GetProperty("evidence").GetRawText();
        Assert.Contains("all 30 health checks in the log were passed", evidence, StringComparison.Ordinal);
        Assert.Contains("20 of them came over 1 connection of clients", evidence, StringComparison.Ordinal);
        Assert.Contains("1 of 2 connections in the connection log ended in the TLS handshake with a client (ClientCertExpired 1)", report.GetProperty("notes").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_EveryFileOutsideOfThePeriod_SaysSoAndFails()
    {
        using var folder = new TempFolder();
        WriteEverything(folder);

        ProgramRun run = await DiagnoseRun.Of(folder.Path, "--from", "2020-01-01", "--to", "2020-01-02");

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.Contains("5 files left out: by their names they hold nothing from --from to --to.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"^error: no line lies between --from and --to; files that were left out end 2026-\d\d-\d\d \d\d:\d\d:00 UTC", run.Errors);
    }
}
