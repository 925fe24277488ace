using System.Collections.Concurrent;
using Weir.Configuration;

namespace Weir.Hosting;

/// <summary>Looks names up on a thread of its own, round after round, and hands each round's answers to the control thread.</summary>
internal sealed class NameLookups
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Action> _rounds = [];
    private readonly INameLookup _lookup;
    private readonly ControlThread _control;

    public NameLookups(INameLookup lookup, ControlThread control)
    {
        _lookup = lookup;
        _control = control;
        // Never ended: it may be in a lookup that takes long, and the process's end waits for no background thread.
        new Thread(Run) { Name = "name lookups", IsBackground = true }.Start();
    }

    /// <summary>Asks for all of the names; <paramref name="done"/> runs on the control thread.</summary>
    public void Ask(IReadOnlyList<string> hosts, Action<IReadOnlyList<NameAnswer>> done) => _rounds.Add(() =>
    {
        NameAnswer[] answers = [.. hosts.Select(host => NameAnswer.Of(_lookup, host))];
        _control.Post(() => done(answers));
    });

    private void Run()
    {
        foreach (Action round in _rounds.GetConsumingEnumerable())
        {
            round();
        }
    }
}
