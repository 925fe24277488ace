using System.Collections.Immutable;
using System.Net;
using Weir.Configuration;

namespace Weir.Tests.Hosting;

/// <summary>A name server that answers as it was told, one answer after the other, and the last one for good; empty: no such name.</summary>
internal sealed class ScriptedLookup(params string[] answers) : INameLookup
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _answers = new(answers);
    private int _asked;

    /// <summary>Nobody is answered while it is reset.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The answers from here on.</summary>
    public void Answer(params string[] next)
    {
        lock (_lock)
        {
            _answers.Clear();
            Array.ForEach(next, _answers.Enqueue);
        }
    }

    public ImmutableArray<IPAddress> Find(string host, out string? error)
    {
        Interlocked.Increment(ref _asked);
        Assert.True(Gate.Wait(HostedNode.Limit));
        string answer;
        lock (_lock)
        {
            answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        }

        error = answer.Length > 0 ? null : "no such name";
        return [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
    }
}
