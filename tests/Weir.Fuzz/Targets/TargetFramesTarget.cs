using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;
using Weir.Fuzz.Oracles.Http2;

namespace Weir.Fuzz.Targets;

/// <summary>What a target sends on an HTTP/2 connection after its empty SETTINGS.</summary>
internal sealed class TargetFramesTarget : IFuzzTarget
{
    private static readonly byte[] _start = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    public string CorpusFolder => "targetframes";

    public string? Check(byte[] input) => Splitting.Check([.. _start, .. input], static () => new Http2AnswerConversation());
}
