using Weir.Http.Http2;

namespace Weir.Balancer;

/// <summary>What an <see cref="Http2Stream"/> asks of the side of an exchange that it carries, a client's or a target's.</summary>
internal interface IHttp2StreamFace
{
    /// <summary>A field block that is no trailers has come whole; its buffer may be taken. A fault resets the stream, later or at once.</summary>
    Http2Fault ReceiveHead(FieldBlockInput block, bool isEndStream, int frameBytes);

    /// <summary>What follows the head is no body, or not the one that the head has promised.</summary>
    void OnMalformed();

    /// <summary>The peer, or a fault of its, has ended the stream or its connection.</summary>
    void OnLost();
}
