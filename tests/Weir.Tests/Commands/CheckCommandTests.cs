using System.Globalization;
using System.Text.Json;
using Weir.Commands;
using Weir.Configuration;
using Weir.Output;
using Weir.Tests.Schemas;

namespace Weir.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly FakeLookup _lookup = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _messages = new() { NewLine = "\n" };

    public void Dispose()
    {
        _output.Dispose();
        _messages.Dispose();
    }

    [Fact]
    public void Run_GoodFlags_ShowsWhatWouldRun()
    {
        _lookup["app"] = "10.0.0.1 10.0.0.2";

        ExitCode code = Run(new ConfigurationFlags { Listen = ["0.0.0.0:80"], Target = ["http://app:3000"], Name = "shop" });

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("", _messages.ToString());
        Assert.Equal(
            """
            LISTENER           LOAD BALANCER  TARGET GROUPS
            http://0.0.0.0:80  shop           shop

            TARGET GROUP  PROTOCOL     TARGETS                       HEALTH CHECK
            shop          HTTP, HTTP1  10.0.0.1:3000, 10.0.0.2:3000  GET / every 30 s, within 5 s

            the command line: in order

            """,
            _output.ToString());
    }

    [Theory]
    [InlineData("http1", "GET / every 30 s, within 5 s")]
    [InlineData("HTTP2", "GET / over HTTP/2 every 30 s, within 5 s")]
    [InlineData("GRPC", "gRPC /AWS.ALB/healthcheck every 30 s, within 5 s")]
    public void Run_EachProtocolVersion_SaysHowHealthIsChecked(string version, string expected)
    {
        RunOverTls(new ConfigurationFlags { Target = ["http://10.0.0.1:3000"], ProtocolVersion = version });
        Assert.Contains(expected, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Https_ShowsWhatIsDoneOnBothSides()
    {
        string file = RunOverTls(new ConfigurationFlags
        {
            Listen = ["http://80", "https://443"],
            Target = ["https://10.0.0.1:3000"],
            SecurityPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
            MutualTls = "passthrough",
        });
        Assert.Equal(
            $"""
            LISTENER               LOAD BALANCER  TARGET GROUPS
            http://127.0.0.1:80    weir           weir
            https://127.0.0.1:443  weir           weir

            HTTPS LISTENER         SECURITY POLICY                      {"CERTIFICATES".PadRight(file.Length)}  MUTUAL TLS
            https://127.0.0.1:443  ELBSecurityPolicy-TLS13-1-2-2021-06  {file}  passthrough

            TARGET GROUP  PROTOCOL      TARGETS        HEALTH CHECK
            weir          HTTPS, HTTP1  10.0.0.1:3000  GET / in TLS every 30 s, within 5 s

            the command line: in order

            """,
            _output.ToString());
    }

    [Fact]
    public void Run_WithSeveralCertificates_HasARowForEach()
    {
        using var certificate = new CertificateFile("CN=site.test");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("weir-check-");
        try
        {
            string[] files = [.. Enumerable.Range(1, 3).Select(i => Path.Combine(folder.FullName, $"a-name-that-is-rather-long-{i}.pem"))];
            Array.ForEach(files, file => File.Copy(certificate.Path, file));
            Assert.Equal(ExitCode.Done, Run(new ConfigurationFlags { Listen = ["https://443"], Certificate = files, Target = ["http://10.0.0.1:3000"] }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Equal(
            ["…ame-that-is-rather-long-1.pem", "…ame-that-is-rather-long-2.pem", "…ame-that-is-rather-long-3.pem"],
            _output.ToString().Split('\n').Where(static line => line.Contains(".pem", StringComparison.Ordinal))
                .Select(static line => line[line.IndexOf('…', StringComparison.Ordinal)..].Split(' ')[0]));
        Assert.All(_output.ToString().Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void Run_HttpsAsJson_KeepsToTheSchema()
    {
        string file = RunOverTls(new ConfigurationFlags { Target = ["https://10.0.0.1:3000"] }, OutputFormat.Json);
        JsonElement document = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Empty(SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "check.schema.json")).ProblemsOf(document));
        JsonElement tls = document.GetProperty("listeners")[0].GetProperty("tls");
        Assert.Equal((file, "off"), (tls.GetProperty("certificates")[0].GetString(), tls.GetProperty("mutual_authentication").GetString()));
        Assert.Equal("HTTPS", document.GetProperty("target_groups")[0].GetProperty("protocol").GetString());
    }

    [Theory]
    [InlineData(-100, -1, "expired on {1}; clients refuse it")]
    [InlineData(1, 100, "is not valid before {0}; clients refuse it until then")]
    [InlineData(-100, 13, "expires within 14 days, on {1}")]
    [InlineData(-100, 15, null)]
    public void Run_CertificateNearOrBeyondAnEndOfItsTime_IsInOrderWithAWarning(int fromDay, int toDay, string? warning)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(fromDay), to = DateTimeOffset.UtcNow.AddDays(toDay);
        using var certificate = new CertificateFile("CN=site.test", from, to);
        Assert.Equal(ExitCode.Done, Run(Https(certificate)));
        string expected = string.Format(CultureInfo.InvariantCulture, warning ?? "", $"{from:yyyy-MM-ddTHH:mm:ssZ}", $"{to:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(
            warning is null ? "" : $"warning: listener 'weir:443': {certificate.Path}: site.test {expected}\n",
            _messages.ToString());
    }

    [Fact]
    public void Run_AsJson_KeepsToTheSchema()
    {
        _lookup["app"] = "10.0.0.1";

        Run(new ConfigurationFlags { Target = ["http://app:3000"] }, OutputFormat.Json);

        JsonElement document = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Empty(SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "check.schema.json")).ProblemsOf(document));
        Assert.Equal("10.0.0.1:3000", document.GetProperty("target_groups")[0].GetProperty("targets")[0].GetString());
    }

    [Fact]
    public void Run_UnknownName_Fails()
    {
        ExitCode code = Run(new ConfigurationFlags { Target = ["http://app:3000"] });

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(
            "error: app cannot be looked up: no such name\nthe command line: 1 error\n", _messages.ToString());
    }

    [Fact]
    public void Run_WrongFlag_IsAUsageError()
    {
        ExitCode code = Run(new ConfigurationFlags { Loops = "many" });

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal(
            "error: --loops many: this is not a whole number; allowed: 1–1024\nweir check --help lists the options\n",
            _messages.ToString());
    }

    [Fact]
    public void Run_MissingTemplate_FailsWithItsName()
    {
        ExitCode code = Run(new ConfigurationFlags { Template = "/nonexistent/app.yaml" });

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("/nonexistent/app.yaml", _messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FolderAsTemplate_SaysThatItIsAFolder()
    {
        ExitCode code = Run(new ConfigurationFlags { Template = "/" });

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith(
            "error: template '/': this is a folder, not a template file\n", _messages.ToString(), StringComparison.Ordinal);
    }

    private string RunOverTls(ConfigurationFlags flags, OutputFormat format = OutputFormat.Text)
    {
        using var certificate = new CertificateFile("CN=site.test");
        string[] listen = flags.Listen.Length == 0 ? ["https://443"] : flags.Listen;
        Assert.Equal(ExitCode.Done, Run(flags with { Listen = listen, Certificate = [certificate.Path] }, format));
        return certificate.Path;
    }

    private static ConfigurationFlags Https(CertificateFile certificate) =>
        new() { Listen = ["https://443"], Certificate = [certificate.Path], Target = ["http://10.0.0.1:3000"] };

    private ExitCode Run(ConfigurationFlags flags, OutputFormat format = OutputFormat.Text) =>
        CheckCommand.Run(flags, _lookup, new MessageWriter(_messages, format), _output);
}
