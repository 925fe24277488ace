using System.Net;
using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class TemplateConfigurationTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"weir-{Guid.NewGuid():N}.yaml");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Load_SeveralLoadBalancers_HaveAddressesOfTheirOwn()
    {
        Write("First", "Second");

        Assert.Equal(["First 127.0.0.1", "Second 127.0.0.2"], Addresses(new TemplateConfiguration(_path)));
    }

    [Fact]
    public void Load_GivenAddress_IsTakenAndNotGivenAgain()
    {
        Write("First", "Second");
        var source = new TemplateConfiguration(_path)
        {
            Addresses = new Dictionary<string, IPAddress> { ["Second"] = IPAddress.Loopback },
        };

        Assert.Equal(["First 127.0.0.2", "Second 127.0.0.1"], Addresses(source));
    }

    [Fact]
    public void Load_AfterALoadBalancerCameInFront_KeepsTheAddresses()
    {
        Write("First");
        var source = new TemplateConfiguration(_path);
        Addresses(source);
        Write("Zeroth", "First");

        Assert.Equal(["Zeroth 127.0.0.2", "First 127.0.0.1"], Addresses(source));
    }

    [Fact]
    public void Load_AddressesThatARestartWouldChange_WarnsWithTheOptionsThatKeepThem()
    {
        Write("First");
        var source = new TemplateConfiguration(_path);
        Assert.Empty(source.Load().Warnings);
        Write("Zeroth", "First");

        Assert.Equal(
            $"{_path}: after a restart, Zeroth would be at 127.0.0.1 instead of 127.0.0.2, "
            + "First would be at 127.0.0.2 instead of 127.0.0.1; "
            + "--address Zeroth=127.0.0.2 --address First=127.0.0.1 keeps the addresses",
            Assert.Single(source.Load().Warnings).ToString());
    }

    [Fact]
    public void Load_OptionThatWouldMoveAnother_NamesBoth()
    {
        Write("First", "Second", "Third");
        var source = new TemplateConfiguration(_path);
        source.Load();
        Write("Third", "Second");

        Assert.EndsWith(
            "after a restart, Third would be at 127.0.0.1 instead of 127.0.0.3; "
            + "--address Third=127.0.0.3 --address Second=127.0.0.2 keeps the addresses",
            Assert.Single(source.Load().Warnings).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ThatFailed_GivesNoAddressAway()
    {
        Write("First");
        var source = new TemplateConfiguration(_path);
        source.Load();
        File.AppendAllText(_path, "  Wrong: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Nam: x } }\n");
        Assert.Null(source.Load().Definition);
        Write("First", "Second");

        Assert.Equal(["First 127.0.0.1", "Second 127.0.0.2"], Addresses(source));
    }

    [Fact]
    public void Load_AddressOfNoLoadBalancer_IsAnErrorWithNearNames()
    {
        Write("First");
        var source = new TemplateConfiguration(_path)
        {
            Addresses = new Dictionary<string, IPAddress> { ["Frist"] = IPAddress.Loopback },
        };

        ConfigurationLoad load = source.Load();

        Assert.Null(load.Definition);
        Assert.Equal(
            $"--address Frist: {_path} has no load balancer 'Frist'; did you mean First?", Assert.Single(load.Errors).ToString());
    }

    private static string[] Addresses(TemplateConfiguration source)
    {
        ConfigurationLoad load = source.Load();
        Assert.Empty(load.Errors);
        return [.. load.Definition!.LoadBalancers.Select(static balancer => $"{balancer.Name} {balancer.ListenAddress}")];
    }

    private void Write(params string[] names) => File.WriteAllText(
        _path,
        "Resources:\n" + string.Concat(names.Select(static name => $$"""
              {{name}}:
                Type: AWS::ElasticLoadBalancingV2::LoadBalancer
                Properties: { Name: {{name}}, Subnets: [a, b] }

            """.Replace("\r", "", StringComparison.Ordinal))));
}
