using Weir.Configuration;
using Weir.Diagnosing;

namespace Weir.Tests.Diagnosing;

public sealed class DiagnosisFlagReaderTests
{
    private static readonly DiagnosisFlags _plain = new() { Paths = ["a.log"] };

    private static DiagnosisSettings Read(DiagnosisFlags flags)
    {
        DiagnosisSettings? settings = new DiagnosisFlagReader(flags).Read(out IReadOnlyList<UsageError> errors);
        Assert.Empty(errors);
        return settings!;
    }

    private static string Error(DiagnosisFlags flags)
    {
        Assert.Null(new DiagnosisFlagReader(flags).Read(out IReadOnlyList<UsageError> errors));
        return Assert.Single(errors).ToString();
    }

    [Fact]
    public void Flags_WithAPathOnly_TakeTheDefaults()
    {
        DiagnosisSettings settings = Read(_plain);

        Assert.Null(settings.IdleTimeoutSeconds);
        Assert.False(settings.IsRedacted);
        Assert.True(settings.IsPageRedacted);
    }

    [Theory]
    [InlineData("2026-11-24", "2026-11-24T00:00:00Z")]
    [InlineData("2026-11-24T05:44", "2026-11-24T05:44:00Z")]
    [InlineData("2026-11-24T05:44:56Z", "2026-11-24T05:44:56Z")]
    [InlineData("2026-11-24T05:44:56.5+01:00", "2026-11-24T04:44:56.5Z")]
    [InlineData("2026-11-24T05:44-05:30", "2026-11-24T11:14:00Z")]
    [InlineData("20261124T0544", "2026-11-24T05:44:00Z")]
    public void From_InIso8601_IsUtcUnlessAnOffsetIsGiven(string text, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time, null), Read(_plain with { From = text }).From);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("24.11.2026")]
    [InlineData("2026-13-01")]
    [InlineData("")]
    public void From_Otherwise_IsNamedWithWhatIsAllowed(string text)
    {
        string error = Error(_plain with { From = text });

        Assert.StartsWith("--from ", error, StringComparison.Ordinal);
        Assert.Contains("this is not a time; allowed: ISO 8601", error, StringComparison.Ordinal);
    }

    [Fact]
    public void To_NotAfterFrom_IsRefused() => Assert.Equal(
        "--to 2026-11-24: this is not after --from 2026-11-24", Error(_plain with { From = "2026-11-24", To = "2026-11-24" }));

    [Theory]
    [InlineData("0", "--idle-timeout 0: out of range; allowed: 1–4000 seconds")]
    [InlineData("4001", "--idle-timeout 4001: out of range; allowed: 1–4000 seconds")]
    [InlineData("60s", "--idle-timeout 60s: this is not a whole number; allowed: 1–4000 seconds")]
    public void IdleTimeout_OutOfRange_IsRefused(string text, string error) => Assert.Equal(error, Error(_plain with { IdleTimeout = text }));

    [Theory]
    [InlineData("--html", "https 2026-11-24T05:44:56.500000Z app/a/1", false)]
    [InlineData("--each", "https 2026-11-24T05:44:56.500000Z app/a/1", false)]
    [InlineData("--each", "{\"level\":30}", false)]
    [InlineData("--html", "", true)]
    [InlineData("--html", "<!DOCTYPE html>\n<html>", true)]
    [InlineData("--each", "{\"time\":\"2026-11-24T05:44:56Z\"}", true)]
    public void Output_OverAFileThatIsThere_ReplacesOnlyWhatItWrote(string option, string content, bool isAllowed)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            DiagnosisFlags flags = option == "--html" ? _plain with { Html = file } : _plain with { Each = file };
            if (isAllowed)
            {
                Read(flags);
            }
            else
            {
                Assert.Equal(
                    $"{option} {file}: this file is there, and {option} has not written it; allowed: a new file, or one that it wrote", Error(flags));
            }

            Assert.Equal(content, File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("+02:00", 120)]
    [InlineData("-0530", -330)]
    [InlineData("UTC", 0)]
    public void Zone_AsAnOffset_IsRead(string text, int minutes)
    {
        Assert.True(ZoneText.TryParse(text, out TimeZoneInfo zone));
        Assert.Equal(TimeSpan.FromMinutes(minutes), zone.BaseUtcOffset);
    }

    [Theory]
    [InlineData("+15:00")]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    public void Zone_Unknown_IsRefused(string text) =>
        Assert.Contains("this is not a time zone of this machine; allowed: a name such as", Error(_plain with { Zone = text }), StringComparison.Ordinal);

    [Fact]
    public void Server_Mistyped_IsAnsweredWithTheLikeliest() =>
        Assert.Contains("did you mean gunicorn", Error(_plain with { Server = "gunicron" }), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Paths_None_AreAskedFor() => Assert.StartsWith("PATH: no log is named; allowed: files", Error(new DiagnosisFlags()), StringComparison.Ordinal);

    [Fact]
    public void Flags_ThatContradictEachOther_AreRefused()
    {
        Assert.StartsWith("--no-redact", Error(_plain with { Redact = true, NoRedact = true }), StringComparison.Ordinal);
        Assert.StartsWith("--idle-timeout", Error(_plain with { IdleTimeout = "60", LoadBalancer = "x" }), StringComparison.Ordinal);
        Assert.StartsWith("--target-log-tz", Error(_plain with { TargetLogZone = "UTC" }), StringComparison.Ordinal);
        Assert.StartsWith("--target-log", Error(_plain with { TargetLogs = ["-"] }), StringComparison.Ordinal);
        Assert.StartsWith("--endpoint-url", Error(_plain with { EndpointUrl = "localhost:9000" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Html_InNoFolder_IsRefusedBeforeAnythingIsRead() =>
        Assert.Contains("there is no such folder", Error(_plain with { Html = "/no/such/folder/report.html" }), StringComparison.Ordinal);
}
