using System.Text;
using System.Text.Json;
using Weir.Http.Http2;

namespace Weir.Balancer;

/// <summary>What faults of HTTP/2 are called in metrics and in the explain log.</summary>
public static class Http2FaultNames
{
    private static readonly byte[][] _names =
        [.. Enum.GetValues<Http2Fault>().Select(static fault => Encoding.ASCII.GetBytes(JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString())))];

    /// <summary>In ASCII: small letters, digits and underscores.</summary>
    public static ReadOnlySpan<byte> Of(Http2Fault fault) => _names[(int)fault];
}
