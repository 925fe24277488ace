using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What an exchange becomes when the target has agreed to WebSocket: both connections carry bytes that are nobody's business here,
/// each way at the pace of its reader, until both ways have ended or one has broken. Source: ALB user guide, WebSockets.
/// </summary>
/// <remarks>
/// Two coroutines: this one passes on what the target says, the other what the client says. The end of one way is passed on and
/// leaves the other way open. Whoever finds a way broken stops the exchange, and both return; what has not come to its end by then is
/// reset, since a FIN would say that it is whole.
/// </remarks>
internal sealed class Tunnel(BalancerLoop owner, Exchange exchange)
{
    private readonly ClientStream _client = exchange.Client;
    private readonly TargetStream _target = exchange.Stream!;
    private bool _isBroken;
    private bool _clientEnded;
    private bool _targetEnded;

    /// <summary>When a byte last went either way, in the loop's milliseconds.</summary>
    public long LastActivityMs => Math.Max(_client.LastActivityMs, _target.LastActivityMs);

    /// <summary>What the target says has broken off, and its client is not to take that for an end.</summary>
    public bool IsAnswerCut => _isBroken && !_targetEnded;

    public async LoopTask Run()
    {
        _client.BeginTunnel();
        _target.BeginTunnel();
        LoopTask fromClient = PassOnClient();
        await PassOnTarget();
        await fromClient;
        // A reset of the client's may have been seen while nobody read.
        _isBroken |= _client.PeerReset;
        if (_isBroken && !_clientEnded)
        {
            _target.Abort();
        }
    }

    private async LoopTask PassOnClient()
    {
        for (int pieces = 1; !exchange.IsStopped; pieces++)
        {
            BodyChunk chunk = await _client.ReadBody();
            StreamStatus status = chunk.Status == StreamStatus.Done ? await _target.SendBody(chunk) : chunk.Status;
            if (status != StreamStatus.Done)
            {
                Break(status);
            }
            else if (chunk.IsLast)
            {
                _clientEnded = true;
                await _target.EndSending();
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
            StreamStatus status = chunk.Status == StreamStatus.Done ? await _client.SendBody(chunk) : chunk.Status;
            if (status != StreamStatus.Done)
            {
                Break(status);
            }
            else if (chunk.IsLast)
            {
                _targetEnded = true;
                await _client.EndSending();
                return;
            }
            else if (pieces % Exchange.PiecesBetweenYields == 0)
            {
                await owner.Loop.Yield();
            }
        }
    }

    // No failure of the exchange: the request was answered long ago.
    private void Break(StreamStatus status)
    {
        // What was stopped from here, at the idle timeout say, is not broken.
        _isBroken |= status != StreamStatus.Stopped;
        exchange.Stop(FailureReason.None);
    }
}
