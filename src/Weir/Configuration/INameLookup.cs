using System.Collections.Immutable;
using System.Net;

namespace Weir.Configuration;

/// <summary>Asks for the addresses of a name. Blocks; never called on a loop.</summary>
internal interface INameLookup
{
    /// <summary>The addresses, or none with the reason.</summary>
    ImmutableArray<IPAddress> Find(string host, out string? error);
}
