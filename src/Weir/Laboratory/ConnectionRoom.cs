using System.Globalization;
using System.Runtime.Versioning;
using Weir.Diagnosis;
using Weir.Diagnosis.Reports;
using Weir.Hosting;

namespace Weir.Laboratory;

/// <summary>How many connections a reproduction can make idle at once with the descriptors that this process may have.</summary>
internal static class ConnectionRoom
{
    /// <summary>Fewer meet the moment too seldom.</summary>
    public const int MinConnections = 8;

    // While a burst is used again: of each parked connection the balancer's end, the relay's two, and the target's where
    // that is ours; of its request the client's and the balancer's; and as much as the first again where it goes out on a
    // new one. Measured: 11 at the peak.
    private const int DescriptorsOfABurst = 12;

    // The proof runs beside that: four times as many connections, each with three ends parked and two of its request.
    // Measured: 20 at the peak, with the burst.
    private const int DescriptorsOfAProof = 16;

    // Over HTTP/2 each connection is that of a target, which is a port of the relay's besides; the server is a process of its own.
    // Measured: 10.
    private const int DescriptorsOfABurstOverHttp2 = 12;

    // There the proof has no more connections than a burst: the port, three ends parked, two of its request, and three again where
    // that goes out on a new one. Measured: 11 at the peak, with a burst, whose own peak may come together with this.
    private const int DescriptorsOfAProofOverHttp2 = 10;

    // Files of the runtime, the server's pipes, health checks, the measurement.
    private const int Reserve = 64;

    /// <summary>
    /// The options with as many connections as there is room for; null where there is not enough for any, or not for as
    /// many as were asked for. The sentence says what was changed, or what is needed; null where all is well.
    /// </summary>
    /// <param name="isChosen">The number of connections is the user's.</param>
    [SupportedOSPlatform("linux")]
    public static ReproductionOptions? Fit(
        ReproductionOptions options, bool isChosen, DescriptorLimit? limit, out string? sentence)
    {
        sentence = null;
        if (limit is not { Now: var allowed, Open: var open })
        {
            return options;
        }

        (int burst, int proof) = options.IsHttp2
            ? (DescriptorsOfABurstOverHttp2, DescriptorsOfAProofOverHttp2)
            : (DescriptorsOfABurst, DescriptorsOfAProof);
        int each = burst + (options.Quick ? 0 : proof);
        ulong NeededFor(int connections) => open + Reserve + (ulong)(connections * each);
        if (NeededFor(options.Connections) <= allowed)
        {
            return options;
        }

        int fitting = allowed > NeededFor(0) ? (int)((allowed - NeededFor(0)) / (ulong)each) : 0;
        if (isChosen || fitting < MinConnections)
        {
            int connections = isChosen ? options.Connections : MinConnections;
            sentence = string.Create(
                CultureInfo.InvariantCulture,
                $"{Plural.Of(connections, "connection")} at once need {NeededFor(connections)} open files, and this process may have {allowed} (ulimit -n){(fitting >= MinConnections ? $"; --connections {fitting} would do" : "")}");
            return null;
        }

        sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"{Plural.Of(fitting, "connection")} idle at once, not {options.Connections}: those need {NeededFor(options.Connections)} open files, and this process may have {allowed} (ulimit -n)");
        return options with { Connections = fitting };
    }
}
