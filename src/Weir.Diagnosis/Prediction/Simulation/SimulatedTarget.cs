using System.Net;
using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>A target that answers every request, and closes a connection some time after its last response.</summary>
internal sealed class SimulatedTarget : IAcceptTarget
{
    private readonly SimNetwork _network;
    private readonly RacePrediction _asked;
    private readonly SimLoop _loop;

    public SimulatedTarget(SimNetwork network, RacePrediction asked, IPEndPoint endPoint)
    {
        _network = network;
        _asked = asked;
        _loop = network.CreateLoop($"target {endPoint}", endPoint.Address);
        _loop.Listen(endPoint, this);
    }

    public void OnAccepted(Connection connection) => Loop.Start(new SimulatedTargetConnection(_network, _asked, connection).Serve());

    public void OnAcceptPaused(int error)
    {
    }
}
