using System.Globalization;

namespace Weir.Diagnosis;

/// <summary>The target that Weir brings itself, where there is no other or where the scenario needs one of its kind.</summary>
internal sealed class BuiltInRecipe(RaceScenario scenario, string remark) : ServerRecipe
{
    // As Node 20 does: it says 5 s and adds a second of its own. Source: measured, Node 20.20.2.
    private static readonly TimeSpan _said = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _addedToWhatIsSaid = TimeSpan.FromSeconds(1);

    public override string Name => "Weir's own target";

    public override string PlainSetting => scenario == RaceScenario.Handled
        ? "closes when Node does, even in the middle of a request"
        : "closes as Node does";

    public override string Remark => remark;

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"keep-alive = {keepAlive.TotalSeconds:0} s");

    public override Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        TimeSpan said = keepAlive ?? _said;
        return Task.FromResult<TargetServer>(BuiltInServer.Start(said, said + _addedToWhatIsSaid, scenario));
    }
}
