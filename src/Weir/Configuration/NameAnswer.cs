using System.Collections.Immutable;
using System.Net;

namespace Weir.Configuration;

/// <summary>What looking up one name gave: addresses, or the reason why there are none.</summary>
internal sealed record NameAnswer(string Host, ImmutableArray<IPAddress> Addresses, string? Error)
{
    public static NameAnswer Of(INameLookup lookup, string host)
    {
        ImmutableArray<IPAddress> found = lookup.Find(host, out string? error);
        return new NameAnswer(host, found, error);
    }
}
