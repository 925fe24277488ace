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

    // What a restart would make of the file, and `check` says of it.
    [Fact]
    public void Load_AfterOtherLoads_GivesTheAddressesOfAFirstLoad()
    {
        var source = new TemplateConfiguration(_path);
        foreach (string[] names in (string[][])[["First"], ["Zeroth", "First"], ["Second", "First", "Zeroth"], ["First"]])
        {
            Write(names);
            string[] addresses = Addresses(source);
            Assert.Equal(Addresses(new TemplateConfiguration(_path)), addresses);
            Assert.Equal(names.Select(static (name, index) => $"{name} 127.0.0.{index + 1}"), addresses);
            Assert.Equal(names, source.LocalOnly);
        }
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
