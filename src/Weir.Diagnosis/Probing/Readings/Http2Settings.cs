using Weir.Http.Http2.Frames;

namespace Weir.Diagnosis.Probing;

/// <summary>What a target announces of its connections over HTTP/2; without a word, the protocol's own values. Immutable.</summary>
/// <param name="MaxConcurrentStreams">Requests at once on one connection; null: it does not say, so that there is no limit.</param>
/// <param name="InitialWindowBytes">Of a request's body that may be sent before it has read any.</param>
/// <param name="MaxFrameBytes">The largest frame that it takes.</param>
/// <param name="HeaderTableBytes">The compression table of its decoder.</param>
/// <param name="MaxHeaderListBytes">The largest head that it reads; null: it does not say.</param>
// Source: RFC 9113 §6.5.2
public sealed record Http2Settings(
    uint? MaxConcurrentStreams, int InitialWindowBytes, int MaxFrameBytes, uint HeaderTableBytes, uint? MaxHeaderListBytes)
{
    internal static Http2Settings Of(PeerSettings peer) => new(
        Said(peer.MaxConcurrentStreams), peer.InitialWindowBytes, peer.MaxFrameBytes, peer.HeaderTableBytes, Said(peer.MaxHeaderListBytes));

    private static uint? Said(uint value) => value == uint.MaxValue ? null : value;
}
