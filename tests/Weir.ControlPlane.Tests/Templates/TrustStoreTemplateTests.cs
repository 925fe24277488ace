using System.Collections.Immutable;
using Weir.ControlPlane.Templates;
using Weir.Model;

namespace Weir.ControlPlane.Tests.Templates;

/// <summary><c>MutualAuthentication</c> of a listener, with the file that stands in the place of a trust store.</summary>
public sealed class TrustStoreTemplateTests
{
    [Fact]
    public void Load_TrustStoreOfTheTemplate_HasTheFilesThatAreGivenForIt()
    {
        var settings = Load(
            "{ Mode: verify, TrustStoreArn: !Ref Store, IgnoreClientCertificateExpiry: true, AdvertiseTrustStoreCaNames: 'on' }",
            new TemplateOptions
            {
                TrustStores = new Dictionary<string, string> { ["Store"] = "ca.pem" },
                Revocations = new Dictionary<string, ImmutableArray<string>> { ["Store"] = ["one.crl", "two.crl"] },
            }).Definition!.Listeners[0].MutualAuthentication!;
        Assert.Equal((MutualAuthenticationMode.Verify, "ca.pem"), (settings.Mode, settings.TrustStoreFile));
        Assert.Equal(["one.crl", "two.crl"], settings.RevocationFiles);
        Assert.True(settings is { IgnoresClientCertificateExpiry: true, AdvertisesTrustStoreCaNames: true });
    }

    [Fact]
    public void Load_PathInThePlaceOfAnArn_IsReadFromWhereTheTemplateLies()
    {
        var settings = Load("{ Mode: verify, TrustStoreArn: ca.pem }", new TemplateOptions { File = "/etc/app/t.yaml" }, "")
            .Definition!.Listeners[0].MutualAuthentication!;
        Assert.Equal("/etc/app/ca.pem", settings.TrustStoreFile);
        Assert.Empty(settings.RevocationFiles);
        Assert.True(settings is { IgnoresClientCertificateExpiry: false, AdvertisesTrustStoreCaNames: false });
    }

    [Theory]
    [InlineData("{ Mode: passthrough }", MutualAuthenticationMode.Passthrough)]
    [InlineData("{ Mode: 'off' }", null)]
    public void Load_ModeWithoutATrustStore_IsTakenAsItIs(string mode, MutualAuthenticationMode? expected) =>
        Assert.Equal(expected, Load(mode, new TemplateOptions(), "").Definition!.Listeners[0].MutualAuthentication?.Mode);

    [Fact]
    public void Load_TrustStoreInAws_IsRefusedWithTheFlagsThatHelp() => Assert.Equal(
        [
            "Listener 'Https': the trust store 'Store' is in AWS; add --client-ca Store=FILE; allowed: a PEM file with the certificates of its authorities",
            "TrustStoreRevocation 'Lists': the revocation lists of trust store 'Store' are in AWS; add --client-crl Store=FILE; allowed: a PEM file with them",
        ],
        Load("{ Mode: verify, TrustStoreArn: !Ref Store }", new TemplateOptions()).Errors
            .Select(static error => error.ToString()[(error.ToString().IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    [Fact]
    public void Load_WhatIsGivenForNamesThatTheTemplateNeverAsksFor_IsWarnedOf()
    {
        TemplateResult result = Load(
            "{ Mode: verify, TrustStoreArn: !Ref Store }",
            new TemplateOptions
            {
                TrustStores = new Dictionary<string, string> { ["Store"] = "ca.pem", ["Stroe"] = "ca.pem" },
                Revocations = new Dictionary<string, ImmutableArray<string>> { ["Store"] = ["one.crl"] },
                Certificates = new Dictionary<string, CertificateFiles> { ["Other"] = new("a.pem", "a.pem") },
                Instances = new Dictionary<string, TargetEndpoint> { ["10.9.9.9"] = new("127.0.0.1", 3000) },
            });
        Assert.Empty(result.Errors);
        Assert.Equal(
            [
                "--certificate Other: template asks for no certificate 'Other'",
                "--client-ca Stroe: template asks for no trust store 'Stroe'; did you mean Store?",
                "--instance 10.9.9.9: template asks for no target '10.9.9.9'",
            ],
            result.Warnings.Select(static warning => warning.ToString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_TrustStoreThatNoListenerVerifiesBy_NeedsNoFiles_AndMayHaveThem(bool areGiven)
    {
        TemplateResult result = Load("{ Mode: 'off' }", !areGiven ? new TemplateOptions() : new TemplateOptions
        {
            TrustStores = new Dictionary<string, string> { ["Store"] = "ca.pem" },
            Revocations = new Dictionary<string, ImmutableArray<string>> { ["Store"] = ["one.crl"] },
        });
        Assert.Empty(result.Errors);
        Assert.Equal(
            !areGiven ? [] :
            [
                "--client-ca Store: nothing that is in force in template uses 'Store'",
                "--client-crl Store: nothing that is in force in template uses 'Store'",
            ],
            result.Warnings.Select(static warning => warning.ToString()));
    }

    [Fact]
    public void Load_ListsForATrustStoreThatNobodyVerifiesBy_AreAnError()
    {
        TemplateResult result = Load(
            "{ Mode: verify, TrustStoreArn: ca.pem }",
            new TemplateOptions { Revocations = new Dictionary<string, ImmutableArray<string>> { ["Stroe"] = ["a.crl"] } },
            "");
        Assert.Null(result.Definition);
        Assert.Equal(
            "--client-crl Stroe: no listener of template verifies by a trust store 'Stroe'", Assert.Single(result.Errors).ToString());
    }

    private static TemplateResult Load(string settings, TemplateOptions options, string lists = """
          Lists:
            Type: AWS::ElasticLoadBalancingV2::TrustStoreRevocation
            Properties:
              TrustStoreArn: !Ref Store
              RevocationContents: [{ S3Bucket: b, S3Key: k, RevocationType: CRL }]
        """) => TemplateLoader.Load(
        $$"""
        Resources:
          Lb:
            Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Group:
            Type: AWS::ElasticLoadBalancingV2::TargetGroup
            Properties: { TargetType: ip, Port: 80, Protocol: HTTP }
          Store:
            Type: AWS::ElasticLoadBalancingV2::TrustStore
            Properties: { Name: store, CaCertificatesBundleS3Bucket: b, CaCertificatesBundleS3Key: k }
          Https:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Lb
              Port: 443
              Protocol: HTTPS
              Certificates: [{ CertificateArn: site.pem }]
              MutualAuthentication: {{settings}}
              DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Group }]
        {{lists}}
        """,
        options);
}
