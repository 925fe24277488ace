using Weir.Configuration;
using Weir.Model;

namespace Weir.Tests.Configuration;

public sealed class HostNamesTests
{
    private readonly FakeLookup _lookup = new();

    [Fact]
    public void Replace_NameWithTwoAddresses_BecomesTwoTargets()
    {
        _lookup["app"] = "10.0.0.1 ::1";

        Assert.Equal(["127.0.0.9:80", "10.0.0.1:3000", "[::1]:3000"], Targets("http://127.0.0.9", "http://app:3000"));
    }

    [Fact]
    public void Replace_TwoNamesOfOneAddress_BecomeOneTarget()
    {
        _lookup["app"] = "10.0.0.1";
        _lookup["shop"] = "10.0.0.1";

        Assert.Equal(["10.0.0.1:80"], Targets("http://app", "http://shop"));
    }

    [Fact]
    public void Replace_Instance_KeepsItsId()
    {
        var definition = new BalancerDefinition
        {
            TargetGroups =
            [
                new TargetGroupDefinition
                {
                    Name = "group",
                    Port = 80,
                    Protocol = TargetProtocol.Http,
                    Targets = [new TargetDefinition("i-0123456789abcdef0", null, new TargetEndpoint("app", 3000))],
                },
            ],
        };
        _lookup["app"] = "10.0.0.1 10.0.0.2";

        BalancerSnapshot snapshot = Compile(definition);

        Assert.Equal(
            ["i-0123456789abcdef0 10.0.0.1:3000", "i-0123456789abcdef0 10.0.0.2:3000"],
            snapshot.TargetGroups.Single().Targets.Select(static target => $"{target.Id} {target.Key}"));
    }

    private string[] Targets(params string[] urls)
    {
        NodeSettings settings = FlagReader.Read(new ConfigurationFlags { Target = urls }, out _)!;
        return [.. Compile(settings.Source.Load().Definition!).TargetGroups.Single().Targets.Select(static target => target.Key)];
    }

    private BalancerSnapshot Compile(BalancerDefinition definition)
    {
        var names = new NameBook();
        names.Update(definition.UnresolvedHosts.Select(host => NameAnswer.Of(_lookup, host)), static _ => { });
        SnapshotCompilation compiled = SnapshotCompiler.Compile(HostNames.Replace(definition, names.Addresses));
        Assert.Empty(compiled.Errors);
        return compiled.Snapshot!;
    }
}
