using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>The client's direction: pipelined requests. Every accepted one is also forwarded and read again.</summary>
internal sealed class RequestConversation : ConversationReader
{
    private readonly RequestHead _head = new();

    protected override ParseStatus Parse(
        byte[] buffer, int start, int end, ref HeadScanner scanner, out int consumed) =>
        RequestParser.Parse(_head, buffer, start, end, ref scanner, out consumed);

    protected override BodyFraming Completed()
    {
        Fault ??= Forwarding.Check(_head);
        return _head.Framing;
    }

    protected override string Describe() => HeadText.Of(_head);
}
