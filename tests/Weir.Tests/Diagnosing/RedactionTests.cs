using Weir.Diagnosing;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Diagnosing;

public sealed class RedactionTests
{
    private static readonly Redaction _redaction = new(["10.0.1.5:3000", "2001:db8::5:8080"]);

    [Theory]
    [InlineData("https://shop.example:443/cart?token=1", "https://shop.example:443/cart?…")]
    [InlineData("https://shop.example:443/cart", "https://shop.example:443/cart")]
    [InlineData("http://x/a?b c d", "http://x/a?…")]
    [InlineData("http://x/a;jsessionid=1F?b", "http://x/a;…")]
    [InlineData("http://x/a%3Fb=1", "http://x/a%…")]
    [InlineData("http://me:secret@x/a", "http://x/a")]
    [InlineData("http://203.0.113.77:80/", "http://203.0.113.0/24:80/")]
    [InlineData("-", "-")]
    public void Url_WithWhatIsPrivate_LosesIt(string url, string shown) => Assert.Equal(shown, _redaction.Url(url));

    [Theory]
    [InlineData("all from 203.0.113.77, none else", "all from 203.0.113.0/24, none else")]
    [InlineData("from 2001:db8:1:2:3:4:5:6 only", "from 2001:db8:1::/48 only")]
    [InlineData("from ::ffff:203.0.113.77 only", "from 203.0.113.0/24 only")]
    [InlineData("the target 10.0.1.5:3000 is fine", "the target 10.0.1.5:3000 is fine")]
    [InlineData("at 05:44:56 and 12:00", "at 05:44:56 and 12:00")]
    [InlineData("GET \"http://x/a?b=c\" fails (http://x/d?e)", "GET \"http://x/a?…\" fails (http://x/d?…)")]
    [InlineData("Is it so? Yes.", "Is it so? Yes.")]
    [InlineData("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/7", "arn:aws:elasticloadbalancing:eu-west-1:…:targetgroup/api/7")]
    public void Sentence_WithWhatIsPrivate_LosesIt(string text, string shown) => Assert.Equal(shown, _redaction.Sentence(text));

    [Theory]
    [InlineData("/srv/anna/alb/a.log.gz", "a.log.gz")]
    [InlineData(@"C:\logs\a.log", "a.log")]
    [InlineData("s3://bucket/AWSLogs/123456789012/123456789012_elasticloadbalancing_eu.log.gz", "…_elasticloadbalancing_eu.log.gz")]
    public void File_InAFolder_IsItsName(string path, string shown) => Assert.Equal(shown, _redaction.File(path));

    [Fact]
    public void Report_Redacted_HasNoQueryNorAccountNorFolder()
    {
        Finding finding = SampleReports.KeepaliveRace(SampleReports.ExampleUrl("http://x/a?secret=1 still secret"));
        finding = finding with { Evidence = ["All of http://x/a?secret=1 still secret, from 198.51.100.9."] };

        DiagnosisReport shown = ReportRedaction.Apply(SampleReports.Race with { Findings = [finding] });

        Finding only = Assert.Single(shown.Findings);
        Assert.Equal("All of http://x/a?…, from 198.51.100.0/24.", Assert.Single(only.Evidence));
        Assert.All(only.Examples, static example => Assert.Equal("http://x/a?…", example.Url));
        Assert.All(only.Examples, static example => Assert.StartsWith("…_elasticloadbalancing", example.File, StringComparison.Ordinal));
        Assert.DoesNotContain("123456789012", only.TargetGroup, StringComparison.Ordinal);
        Assert.Equal("10.0.1.5:3000", only.Examples[0].Target);
    }

    [Fact]
    public void Report_Redacted_KeepsWhatToDoWhole()
    {
        Finding finding = SampleReports.KeepaliveRace(SampleReports.ExampleUrl("/")) with
        {
            Fixes = [new Fix("Set it", "a=1", "in the file", "weir probe", "It is cut off by a fault of old versions (nodejs/node#27363).")],
        };

        Assert.Equal(finding.Fixes, Assert.Single(ReportRedaction.Apply(SampleReports.Race with { Findings = [finding] }).Findings).Fixes);
    }
}
