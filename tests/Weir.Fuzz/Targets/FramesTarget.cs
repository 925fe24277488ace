using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;
using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Fuzz.Targets;

/// <summary>What a client sends on an HTTP/2 connection after its preface and empty SETTINGS.</summary>
internal sealed class FramesTarget : IFuzzTarget
{
    private static readonly byte[] _start = [.. FrameReader.ClientPreface, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    public string CorpusFolder => "frames";

    public string? Check(byte[] input) => Splitting.Check([.. _start, .. input], static () => new Http2Conversation());
}
