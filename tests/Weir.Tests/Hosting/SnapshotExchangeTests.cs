using Weir.Hosting;
using Weir.Model;
using Weir.Output;

namespace Weir.Tests.Hosting;

public sealed class SnapshotExchangeTests : IDisposable
{
    private readonly BalancerSnapshot _before = BalancerSnapshot.Empty;
    private readonly BalancerSnapshot _next = new([], []);
    private readonly List<BalancerSnapshot> _applied = [];
    private readonly StringWriter _messages = new() { NewLine = "\n" };

    public void Dispose() => _messages.Dispose();

    [Fact]
    public void Replace_NothingFails_IsDoneWithoutAWord()
    {
        Assert.Equal(SnapshotChange.Done, Replace());
        Assert.Same(_next, Assert.Single(_applied));
        Assert.Equal("", _messages.ToString());
    }

    [Fact]
    public void Replace_NewOneFails_PutsTheOneBeforeBack()
    {
        Assert.Equal(SnapshotChange.Restored, Replace(_next));
        Assert.Equal(2, _applied.Count);
        Assert.Same(_before, _applied[1]);
        Assert.Equal(
            "error: in use\nerror: the new configuration was taken back; the one before is in force again\n",
            _messages.ToString());
    }

    [Fact]
    public void Replace_BothFail_SaysThatNotAllIsBack()
    {
        Assert.Equal(SnapshotChange.Incomplete, Replace(_next, _before));
        Assert.Equal(
            "error: in use\nerror: in use\nerror: the new configuration was taken back, "
            + "but not all of the one before is in force again; restart the node\n",
            _messages.ToString());
    }

    private SnapshotChange Replace(params BalancerSnapshot[] failing)
    {
        var exchange = new SnapshotExchange(
            snapshot =>
            {
                _applied.Add(snapshot);
                return failing.Any(one => ReferenceEquals(one, snapshot))
                    ? [new ListenProblem("in use", ExitCode.AddressUnavailable)]
                    : [];
            },
            new MessageWriter(_messages, OutputFormat.Text));
        return exchange.Replace(_before, _next);
    }
}
