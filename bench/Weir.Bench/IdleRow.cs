namespace Weir.Bench;

/// <summary>A proxy's line in the idle profile.</summary>
internal sealed record IdleRow(string Proxy, int Clients, double MegabytesBefore, double MegabytesWith)
{
    public double BytesPerClient => (MegabytesWith - MegabytesBefore) * 1e6 / Clients;
}
