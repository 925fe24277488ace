using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;

namespace Weir.Fuzz.Targets;

/// <summary>Pipelined requests with their bodies.</summary>
internal sealed class RequestTarget : IFuzzTarget
{
    public string CorpusFolder => "requests";

    public string? Check(byte[] input) => Splitting.Check(input, static () => new RequestConversation());
}
