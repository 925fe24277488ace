using System.Runtime.InteropServices;
using Weir.Diagnosis.Clients;

namespace Weir.Diagnosis.Findings;

/// <summary>What the origins of one finding's errors have in common. Owned by its <see cref="FindingTally"/>.</summary>
internal sealed class OriginTally
{
    // Reasons are AWS's words, but a log may be made up.
    private const int MaxReasons = 16;

    private readonly Dictionary<ulong, long> _clients = [];
    private readonly HashSet<ulong> _connections = [];
    private readonly List<long> _bytes = [];
    private readonly List<long> _openMicroseconds = [];

    /// <summary>Errors whose origin is known.</summary>
    public long Count { get; private set; }

    public int Clients => _clients.Count;

    /// <summary>The errors of the client that has most of them.</summary>
    public long OfCommonestClient => _clients.Count == 0 ? 0 : _clients.Values.Max();

    /// <summary>Errors whose client's connection is in a connection log, and how many connections that are.</summary>
    public int WithConnection => _openMicroseconds.Count;

    public int Connections => _connections.Count;

    public Dictionary<string, long> Reasons { get; } = new(StringComparer.Ordinal);

    public long MedianBytes => Median(_bytes);

    /// <summary>How long the clients' connections had been open, of half of the errors.</summary>
    public double MedianOpenSeconds => Median(_openMicroseconds) / 1e6;

    public void Add(in ErrorOrigin origin, long? openMicroseconds)
    {
        Count++;
        CollectionsMarshal.GetValueRefOrAddDefault(_clients, origin.Client, out _)++;
        _bytes.Add(origin.ReceivedBytes);
        if (origin.Reason is { } reason && (Reasons.Count < MaxReasons || Reasons.ContainsKey(reason)))
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
        }

        if (openMicroseconds is { } open)
        {
            _connections.Add(origin.Connection);
            _openMicroseconds.Add(Math.Max(open, 0));
        }
    }

    private static long Median(List<long> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
