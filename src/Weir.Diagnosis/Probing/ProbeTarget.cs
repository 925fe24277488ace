using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Probing;

/// <summary>The one address that all connections of a probe go to. Immutable.</summary>
/// <param name="EndPoint">The first of the name's addresses that accepts connections.</param>
/// <param name="OtherAddresses">How many others the name has.</param>
internal sealed record ProbeTarget(IPEndPoint EndPoint, int OtherAddresses)
{
    /// <summary>Finds it; throws <see cref="ProbeException"/> if the name has no address or none accepts.</summary>
    public static async Task<ProbeTarget> Find(ProbeOptions options, TimeProvider time, CancellationToken cancel)
    {
        (string host, int port) = options.ConnectTo is { } other ? (other.Host, other.Port) : (options.Url.Host, options.Url.Port);
        IPAddress[] addresses = await Resolve(host, cancel);
        ProbeException? first = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                var endPoint = new IPEndPoint(address, port);
                using ProbeConnection connection = await ProbeConnection.Open(endPoint, null, isHttp2: false, time, cancel);
                return new ProbeTarget(endPoint, addresses.Length - 1);
            }
            catch (ProbeException exception)
            {
                first ??= exception;
            }
        }

        throw first ?? new ProbeException($"{host} has no address");
    }

    private static async Task<IPAddress[]> Resolve(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return [address];
        }

        try
        {
            return [.. (await Dns.GetHostAddressesAsync(host, cancel)).Distinct()];
        }
        catch (SocketException exception)
        {
            throw new ProbeException($"{host} has no address: {exception.Message}");
        }
    }
}
