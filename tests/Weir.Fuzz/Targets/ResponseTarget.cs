using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;
using Weir.Http;

namespace Weir.Fuzz.Targets;

/// <summary>Responses with their bodies, once to GET and once to HEAD.</summary>
internal sealed class ResponseTarget : IFuzzTarget
{
    public string CorpusFolder => "responses";

    public string? Check(byte[] input) =>
        Splitting.Check(input, static () => new ResponseConversation(RequestMethod.Get))
        ?? Splitting.Check(input, static () => new ResponseConversation(RequestMethod.Head));
}
