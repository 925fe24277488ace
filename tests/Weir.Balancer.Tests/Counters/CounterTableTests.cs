namespace Weir.Balancer.Tests;

/// <summary>The one table of counters.</summary>
public sealed class CounterTableTests
{
    [Fact]
    public void Counters_HaveOneRowEach() =>
        Assert.Equal(Enum.GetValues<Counter>(), CounterTable.Rows.Select(static row => row.Counter));

    // Source: Prometheus, naming of metrics.
    [Fact]
    public void Names_AreUniqueAndValid()
    {
        Assert.Distinct(CounterTable.Rows.Select(static row => row.Name));
        Assert.All(CounterTable.Rows, static row =>
        {
            Assert.Matches("^weir_[a-z0-9_]+$", row.Name);
            Assert.Equal(!row.IsGauge, row.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.DoesNotContain('\n', row.Help);
            Assert.EndsWith(".", row.Help, StringComparison.Ordinal);
        });
    }
}
