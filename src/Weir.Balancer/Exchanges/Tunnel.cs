using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What an exchange becomes when the target has agreed to WebSocket: both connections carry bytes that are nobody's business here,
/// each way at the pace of its reader, until both ways have ended or one has broken. Source: ALB user guide, WebSockets.
/// </summary>
/// <remarks>
/// Two coroutines: this one passes on what the target says, the other what the client says. The end of one way is passed on and
/// leaves the other way open. Whoever finds a way broken stops the exchange, and both return.
/// </remarks>
internal sealed class Tunnel(BalancerLoop owner, Exchange exchange)
{
    private readonly ClientStream _client = exchange.Client;
    private readonly TargetStream _target = exchange.Stream!;

    /// <summary>When a byte last went either way, in the loop's milliseconds.</summary>
    public long LastActivityMs => Math.Max(_client.LastActivityMs, _target.LastActivityMs);

    public async LoopTask Run()
    {
        _client.BeginTunnel();
        _target.BeginTunnel();
        LoopTask fromClient = PassOnClient();
        await PassOnTarget();
        await fromClient;
    }

    private async LoopTask PassOnClient()
    {
        for (int pieces = 1; !exchange.IsStopped; pieces++)
        {
            BodyChunk chunk = await _client.ReadBody();
            if (chunk.Status != StreamStatus.Done || await _target.SendBody(chunk) != StreamStatus.Done)
            {
                Break();
            }
            else if (chunk.IsLast)
            {
                _target.EndSending();
                return;
            }
            else if (pieces % Exchange.PiecesBetweenYields == 0)
            {
                await owner.Loop.Yield();
            }
        }
    }

    private async LoopTask PassOnTarget()
    {
        for (int pieces = 1; !exchange.IsStopped; pieces++)
        {
            BodyChunk chunk = await _target.ReadBody();
            if (chunk.Status != StreamStatus.Done || await _client.SendBody(chunk) != StreamStatus.Done)
            {
                Break();
            }
            else if (chunk.IsLast)
            {
                _client.EndSending();
                return;
            }
            else if (pieces % Exchange.PiecesBetweenYields == 0)
            {
                await owner.Loop.Yield();
            }
        }
    }

    // No failure of the exchange: the request was answered long ago.
    private void Break() => exchange.Stop(FailureReason.None);
}
