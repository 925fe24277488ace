using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;
using Weir.Fuzz.Oracles.Http2;

namespace Weir.Fuzz.Targets;

/// <summary>Field blocks of one connection, each behind a byte that says its length.</summary>
internal sealed class HpackTarget : IFuzzTarget
{
    public string CorpusFolder => "hpack";

    public string? Check(byte[] input) => Splitting.Check(input, static () => new FieldBlockConversation());
}
