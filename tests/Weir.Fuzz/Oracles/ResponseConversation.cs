using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>
/// The target's direction: responses to requests of one method. Accepted ones are forwarded and read again.
/// </summary>
internal sealed class ResponseConversation(RequestMethod method) : ConversationReader
{
    private readonly ResponseHead _head = new();

    protected override ParseStatus Parse(
        byte[] buffer, int start, int end, ref HeadScanner scanner, out int consumed) =>
        ResponseParser.Parse(_head, method, buffer, start, end, ref scanner, out consumed);

    protected override BodyFraming Completed()
    {
        Fault ??= Forwarding.Check(_head, method);
        return _head.Framing;
    }

    protected override string Describe() => HeadText.Of(_head);
}
