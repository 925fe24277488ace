using System.Text;
using Weir.ControlPlane.Templates;
using Weir.Model;

namespace Weir.ControlPlane.Tests.Templates;

public sealed class TemplateLoaderTests
{
    private const string Balancer = "Resources:\n  Alb:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n";

    [Fact]
    public void Load_TextCutAnywhereOrOneCharacterReplaced_NeverThrows()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "templates"), "*.*"))
        {
            var text = File.ReadAllText(path);
            for (var cut = 0; cut < text.Length; cut += 41)
            {
                AssertLoads(text[..cut]);
                var hostile = "!&*[{:\"'\0\t%@-"[cut / 41 % 13];
                AssertLoads($"{text[..cut]}{hostile}{text[(cut + 1)..]}");
            }
        }

        static void AssertLoads(string text)
        {
            var result = TemplateLoader.Load(text, new TemplateOptions());
            Assert.Equal(result.Definition is null, !result.Errors.IsEmpty);
        }
    }

    [Fact]
    public void Load_CertificateWithoutAName_IsRefused() => AssertSingleError(
        $$"""
        {{Balancer}}
          Group: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { TargetType: ip, Port: 80, Protocol: HTTP } }
          Https:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Alb
              Port: 443
              Protocol: HTTPS
              Certificates: [{ CertificateArn: "" }]
              DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Group }]
        """,
        "template:12: Listener 'Https': the CertificateArn of certificate 1 is empty; allowed: an ARN, or a PEM file with the certificate, its chain and the private key");

    [Fact]
    public void Load_NestingBeyondTheLimit_IsRefused() => AssertSingleError(
        "Metadata: " + new string('[', 100) + new string(']', 100),
        "template:1: template: nested deeper than 64 levels");

    [Fact]
    public void Load_TextBeyondTheLimit_IsRefused() => AssertSingleError(
        new string(' ', (1024 * 1024) + 1),
        "template:1: template: the template has 1048577 characters; allowed: up to 1048576");

    [Fact]
    public void Load_FunctionsThatDoubleATextAtEveryLevel_AreStopped()
    {
        var text = new StringBuilder("x");
        for (var level = 0; level < 25; level++)
        {
            text.Insert(0, "!Sub ['${A}${A}', {A: ").Append("}]");
        }

        var result = TemplateLoader.Load($"{Balancer}    Properties:\n      Name: {text}\n", new TemplateOptions());
        Assert.Equal(
            "template:5: LoadBalancer 'Alb': Fn::Sub builds a text of more than 65536 characters",
            result.Errors[0].ToString());
    }

    [Theory]
    [InlineData("", "template:1: template: the template is empty")]
    [InlineData("[]", "template:1: template: the template must be a mapping with the key Resources")]
    [InlineData("Description: x", "template:1: template: Resources is missing")]
    [InlineData("Resources: []", "template:1: template: Resources must be a mapping")]
    [InlineData("Resources: {A: {}}", "template:1: Resource 'A': a resource needs a Type")]
    [InlineData("Resources: {}\n---\nResources: {}", "template:2: template: the file holds more than one document; allowed: one")]
    public void Load_TextThatIsNoTemplate_SaysWhy(string text, string expected) => AssertSingleError(text, expected);

    [Fact]
    public void LoadFile_MissingFile_IsAnErrorNotAnException()
    {
        var result = TemplateLoader.LoadFile(
            Path.Combine(AppContext.BaseDirectory, "no-such.yaml"), new TemplateOptions());
        Assert.Null(result.Definition);
        Assert.StartsWith("template '", Assert.Single(result.Errors).Resource, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Transform_IsWarnedAbout() => Assert.Equal(
        "template:4: template: Transform is not applied: macros run only in AWS",
        Assert.Single(TemplateLoader.Load(Balancer + "Transform: AWS::Serverless-2016-10-31\n", new TemplateOptions()).Warnings)
            .ToString());

    [Theory]
    [InlineData("!Sub '${AWS::Region}-${!Lit}'", "us-east-1-${Lit}")]
    [InlineData("!Sub ['${A}-${Alb}', {A: x}]", "x-arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/Alb/")]
    [InlineData("{'Fn::Join': ['', [a, !Ref AWS::AccountId]]}", "a000000000000")]
    [InlineData("!GetAtt Alb.LoadBalancerName", "Alb")]
    [InlineData("!Select ['1', !GetAZs '']", "us-east-1b")]
    [InlineData("!Base64 hi", "aGk=")]
    [InlineData("!If [T, !Sub '${AWS::StackName}', b]", "weir")]
    [InlineData("!ImportValue Shared", "import-placeholder-Shared")]
    [InlineData("!Ref Vpc", "vpc-placeholder-Vpc")]
    public void Load_Function_GivesItsValue(string function, string expected)
    {
        var template = "Conditions: {T: !Or [!Equals [a, b], !Not [!Equals [a, b]]]}\n" + Balancer + $"""
                Properties:
                  LoadBalancerAttributes: [{"{"}Key: access_logs.s3.bucket, Value: {function}{"}"}]
              Vpc: {"{"}Type: AWS::EC2::VPC{"}"}
            """;
        var result = TemplateLoader.Load(template, new TemplateOptions());
        Assert.Equal([], result.Errors.Select(error => error.ToString()));
        Assert.StartsWith(
            expected, result.Definition!.LoadBalancers[0].Attributes[0].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LoadedDefinition_Compiles()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "templates", "minimal.json"));
        var compilation = SnapshotCompiler.Compile(TemplateLoader.Load(text, new TemplateOptions()).Definition!);
        Assert.NotNull(compilation.Snapshot);
        Assert.Equal(
            ["127.0.0.1:3000", "10.0.0.7:81"], compilation.Snapshot.TargetGroups[0].Targets.Select(target => target.Key));
    }

    private static void AssertSingleError(string text, string expected) =>
        Assert.Equal(
            [expected], TemplateLoader.Load(text, new TemplateOptions()).Errors.Select(error => error.ToString()));
}
