using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Sends the rest of a request to the target while the exchange already waits for the answer, and holds what it sent while
/// the request may have to go out again. One belongs to each exchange.
/// </summary>
internal sealed class RequestUpload(BalancerLoop owner, Exchange exchange)
{
    private bool _paused;
    private bool _isAgain;

    /// <summary>What was sent of the body.</summary>
    public HeldBody Held { get; } = new(owner.Loop.Buffers);

    /// <summary>It waits for the client's next piece.</summary>
    public bool WaitsOnClient { get; private set; }

    /// <summary>The whole request is handed to the kernel.</summary>
    public bool IsDone { get; set; }

    /// <summary>
    /// Goes on after the head and its first piece. A target that takes no more does not end the exchange: its answer may
    /// be here already, and the exchange reads it.
    /// </summary>
    public async LoopTask Run(LoopTask<StreamStatus> head, BodyChunk chunk)
    {
        StreamStatus status = await head;
        for (int pieces = 1; status == StreamStatus.Done && !chunk.IsLast; pieces++)
        {
            if (exchange.IsStopped || _paused)
            {
                return;
            }

            WaitsOnClient = true;
            chunk = TlsHeaders.RemoveTrailers(exchange, await exchange.Client.ReadBody());
            WaitsOnClient = false;
            if (chunk.Status != StreamStatus.Done)
            {
                if (chunk.Status != StreamStatus.Stopped)
                {
                    exchange.Stop(chunk.Status == StreamStatus.Malformed
                        ? FailureReason.MalformedRequestBody
                        : FailureReason.ClientClosedInRequest);
                }

                return;
            }

            if (!_isAgain || exchange.Stream!.MayBeRefused)
            {
                Held.Add(chunk);
            }

            status = await exchange.Stream!.SendBody(chunk);
            if (pieces % Exchange.PiecesBetweenYields == 0)
            {
                await owner.Loop.Yield();
            }
        }

        IsDone = status == StreamStatus.Done;
    }

    /// <summary>Makes <see cref="Run"/> return from wherever it waits, with all that it took from the client held.</summary>
    public void Pause()
    {
        _paused = true;
        exchange.Client.Interrupt();
        exchange.Stream!.Interrupt();
    }

    /// <summary>The request goes out once more: what was held is sent. More is held only for a target that may refuse it.</summary>
    public void BeginAgain()
    {
        _paused = IsDone = false;
        _isAgain = true;
    }

    /// <summary>The exchange is over.</summary>
    public void End()
    {
        Held.Release();
        _paused = _isAgain = WaitsOnClient = IsDone = false;
    }
}
