using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>Chunked bodies, one after the other, with no heads.</summary>
internal sealed class ChunkedConversation : ConversationReader
{
    protected override ParseStatus Parse(
        byte[] buffer, int start, int end, ref HeadScanner scanner, out int consumed)
    {
        consumed = 0;
        return ParseStatus.Complete;
    }

    protected override BodyFraming Completed() => BodyFraming.Chunked;

    protected override string Describe() => "";
}
