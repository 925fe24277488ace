using System.Net;

namespace Weir.Configuration;

/// <summary>Where the admin endpoint listens.</summary>
/// <param name="EndPoint">Its address.</param>
/// <param name="IsDefault">Nobody asked for this address, so doing without it is no failure.</param>
internal sealed record AdminAddress(IPEndPoint EndPoint, bool IsDefault)
{
    public const string Allowed = "ADDRESS:PORT, PORT or off";

    public const string Off = "off";

    public static AdminAddress Default { get; } = new(new IPEndPoint(IPAddress.Loopback, 9600), IsDefault: true);
}
