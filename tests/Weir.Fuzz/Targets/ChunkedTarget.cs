using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;

namespace Weir.Fuzz.Targets;

/// <summary>Chunked bodies with trailers.</summary>
internal sealed class ChunkedTarget : IFuzzTarget
{
    public string CorpusFolder => "chunked";

    public string? Check(byte[] input) => Splitting.Check(input, static () => new ChunkedConversation());
}
