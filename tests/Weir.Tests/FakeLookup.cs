using System.Collections.Immutable;
using System.Net;
using Weir.Configuration;

namespace Weir.Tests;

/// <summary>A name server that knows what it was told; other names do not exist.</summary>
internal sealed class FakeLookup : INameLookup
{
    private readonly Dictionary<string, ImmutableArray<IPAddress>> _addresses = [];

    public string this[string host]
    {
        set => _addresses[host] = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
    }

    public ImmutableArray<IPAddress> Find(string host, out string? error)
    {
        ImmutableArray<IPAddress> found = _addresses.GetValueOrDefault(host, []);
        error = found.IsEmpty ? "no such name" : null;
        return found;
    }
}
