using Weir.Balancer;
using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class PreparedConfigurationTests
{
    private readonly FakeLookup _lookup = new();
    private readonly NameBook _names = new();

    [Fact]
    public void WithNames_FileOfACertificateGone_HasTheNewAddressesAndTheTlsInForce()
    {
        using var certificate = new CertificateFile("CN=site.test");
        ConfigurationLoad load = FlagReader.Read(
            new ConfigurationFlags { Listen = ["https://443"], Certificate = [certificate.Path], Target = ["http://app:3000"] }, out _)!.Source.Load();
        LookUp("10.0.0.1");
        var tickets = new TlsTickets(TimeProvider.System);
        BalancerTls? inForce = PreparedConfiguration.From(load, _names, tickets).Tls;
        Assert.NotNull(inForce);
        File.Delete(certificate.Path);
        LookUp("10.0.0.2");
        PreparedConfiguration prepared = PreparedConfiguration.WithNames(load, _names, inForce);
        Assert.Empty(prepared.Errors);
        Assert.Equal("10.0.0.2:3000", Assert.Single(prepared.Snapshot!.TargetGroups.Single().Targets).Key);
        Assert.Same(inForce, prepared.Tls);
        // While a load reads it, and says so.
        PreparedConfiguration loaded = PreparedConfiguration.From(load, _names, tickets);
        Assert.Null(loaded.Snapshot);
        Assert.Equal($"listener 'weir:443': {certificate.Path}: there is no such file.", Assert.Single(loaded.Errors).ToString());
    }

    private void LookUp(string addresses)
    {
        _lookup["app"] = addresses;
        Assert.True(_names.Update([NameAnswer.Of(_lookup, "app")], static _ => { }));
    }
}
