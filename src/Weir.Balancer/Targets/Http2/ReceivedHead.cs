using Weir.Http;

namespace Weir.Balancer;

/// <summary>A head of a target's answer that has come, and that its exchange has not taken yet. Pooled by the loop.</summary>
internal sealed class ReceivedHead
{
    /// <summary>The head, over the buffer. Whoever takes it leaves another one in its place.</summary>
    public ResponseHead Response { get; set; } = new();

    public byte[] Buffer { get; set; } = [];

    public StreamStatus Status { get; set; }
}
